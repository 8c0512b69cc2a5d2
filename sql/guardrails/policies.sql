-- What the settings' guardrails allow, as far as telemetry can be held against it; a list that is NULL limits nothing.
select
    unnest($guardrail::varchar[]) as guardrail,
    unnest($teams::varchar[][]) as teams,
    unnest($providers::varchar[][]) as providers,
    unnest($models::varchar[][]) as models,
    unnest($regions::varchar[][]) as regions,
    unnest($max_input_tokens::bigint[]) as max_input_tokens,
    unnest($max_output_tokens::bigint[]) as max_output_tokens,
    unnest($exemptions::struct(team varchar, until_us bigint)[][]) as exemptions
