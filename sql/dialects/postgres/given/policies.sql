-- What the settings' guardrails allow; a list that is NULL limits nothing. Models are regular expressions here.
select guardrail, teams, providers, models, regions, max_input_tokens, max_output_tokens, exemptions
from json_to_recordset($policies) as given (
    guardrail text, teams text[], providers text[], models text[], regions text[],
    max_input_tokens bigint, max_output_tokens bigint, exemptions json
)
