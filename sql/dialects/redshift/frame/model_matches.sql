-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Whether a request's model is one of those that its guardrail allows: patterns are literals, by guardrail.
case "policies"."guardrail" $matches else false end
