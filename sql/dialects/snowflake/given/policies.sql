-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- What the settings' guardrails allow; a list that is not there (`has_...`) limits nothing. Models are regular expressions here.
select
    cast(get("one"."VALUE", 'guardrail') as varchar) as "guardrail",
    cast(get("one"."VALUE", 'teams') as array) as "teams",
    cast(get("one"."VALUE", 'has_teams') as boolean) as "has_teams",
    cast(get("one"."VALUE", 'providers') as array) as "providers",
    cast(get("one"."VALUE", 'has_providers') as boolean) as "has_providers",
    cast(get("one"."VALUE", 'models') as array) as "models",
    cast(get("one"."VALUE", 'has_models') as boolean) as "has_models",
    cast(get("one"."VALUE", 'regions') as array) as "regions",
    cast(get("one"."VALUE", 'has_regions') as boolean) as "has_regions",
    cast(get("one"."VALUE", 'max_input_tokens') as bigint) as "max_input_tokens",
    cast(get("one"."VALUE", 'max_output_tokens') as bigint) as "max_output_tokens",
    cast(get("one"."VALUE", 'exemptions') as array) as "exemptions"
from (select parse_json($policies) as "rows") as "given"
cross join lateral flatten(input => "given"."rows") as "one"
