-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- What the settings' guardrails allow; a list that is not there (`has_...`) limits nothing. Models are regular expressions here.
select
    cast("one"."guardrail" as varchar) as "guardrail",
    "one"."teams" as "teams",
    cast("one"."has_teams" as boolean) as "has_teams",
    "one"."providers" as "providers",
    cast("one"."has_providers" as boolean) as "has_providers",
    "one"."models" as "models",
    cast("one"."has_models" as boolean) as "has_models",
    "one"."regions" as "regions",
    cast("one"."has_regions" as boolean) as "has_regions",
    cast("one"."max_input_tokens" as bigint) as "max_input_tokens",
    cast("one"."max_output_tokens" as bigint) as "max_output_tokens",
    "one"."exemptions" as "exemptions"
from (select json_parse($policies) as "rows") as "given", "given"."rows" as "one"
