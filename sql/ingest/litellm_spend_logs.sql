-- The requests in LiteLLM's table, in its own PostgreSQL, each as an object of JSON; texts and keys stay there.
select to_json(found) :: text as row
-- A column that an older LiteLLM does not have is taken from here: an inner name goes before an outer one.
from (
    select
        null :: text as call_type,
        null :: timestamp as "completionStartTime",
        null :: integer as request_duration_ms,
        null :: text as model_group,
        null :: text as custom_llm_provider,
        null :: json as metadata,
        null :: text as cache_hit,
        null :: json as request_tags,
        null :: text as team_id,
        null :: text as end_user,
        null :: text as status
) as lacking
cross join lateral (
    select
        request_id,
        call_type,
        spend,
        prompt_tokens,
        completion_tokens,
        "startTime",
        "endTime",
        "completionStartTime",
        request_duration_ms,
        model,
        model_group,
        custom_llm_provider,
        metadata,
        cache_hit,
        request_tags,
        team_id,
        end_user,
        status
    from "LiteLLM_SpendLogs"
    where
        ($since :: timestamptz is null or "startTime" >= $since :: timestamptz)
        and ($before :: timestamptz is null or "startTime" < $before :: timestamptz)
) as found
