-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- What the settings' guardrails allow; a list that is not there (`has_...`) limits nothing. Models are regular expressions here.
select
    json_value(one, '$.guardrail') as guardrail,
    json_value_array(one, '$.teams') as teams, json_value(one, '$.has_teams') = 'true' as has_teams,
    json_value_array(one, '$.providers') as providers, json_value(one, '$.has_providers') = 'true' as has_providers,
    json_value_array(one, '$.models') as models, json_value(one, '$.has_models') = 'true' as has_models,
    json_value_array(one, '$.regions') as regions, json_value(one, '$.has_regions') = 'true' as has_regions,
    cast(json_value(one, '$.max_input_tokens') as int64) as max_input_tokens,
    cast(json_value(one, '$.max_output_tokens') as int64) as max_output_tokens,
    json_query_array(one, '$.exemptions') as exemptions
from unnest(json_query_array($policies)) as one
