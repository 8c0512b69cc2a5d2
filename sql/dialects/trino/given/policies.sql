-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- What the settings' guardrails allow; a list that is NULL limits nothing. Models are regular expressions here.
select guardrail, teams, providers, models, regions, max_input_tokens, max_output_tokens, exemptions
from unnest(cast(json_parse($policies) as array(row(
    guardrail varchar, teams array(varchar), providers array(varchar), models array(varchar), regions array(varchar),
    max_input_tokens bigint, max_output_tokens bigint, exemptions array(row(team varchar, until_us bigint))
)))) as given (guardrail, teams, providers, models, regions, max_input_tokens, max_output_tokens, exemptions)
