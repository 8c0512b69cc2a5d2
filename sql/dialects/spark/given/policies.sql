-- What the settings' guardrails allow; a list that is NULL limits nothing. Models are regular expressions here.
select inline(from_json($policies, 'array<struct<
    guardrail: string, teams: array<string>, providers: array<string>, models: array<string>, regions: array<string>,
    max_input_tokens: bigint, max_output_tokens: bigint, exemptions: array<struct<team: string, until_us: bigint>>
>>'))
