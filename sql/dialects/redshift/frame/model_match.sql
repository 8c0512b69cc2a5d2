-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Whether a model is like a guardrail's pattern.
when $guardrail then regexp_instr("requests"."model", $pattern, 1, 1, 0, 'p') > 0
