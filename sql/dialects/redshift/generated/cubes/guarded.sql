-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- How many requests guardrails looked at, by slot and team: those that record a number of them above 0.
SELECT
  "slot_us",
  "team",
  COUNT(*) AS "requests",
  SUM("is_guarded") AS "guarded_requests",
  SUM(CASE WHEN "is_guarded" = 0 THEN "cost_usd" END) AS "unguarded_cost_usd",
  SUM(CASE WHEN "is_guarded" = 0 THEN "unpriced" ELSE 0 END) AS "unguarded_unpriced_requests"
FROM (
  SELECT
    "epoch_us" - "epoch_us" % $slot_us AS "slot_us",
    "team",
    "cost_usd",
    "unpriced",
    CASE WHEN "guardrails" > 0 THEN 1 ELSE 0 END AS "is_guarded"
  FROM "requests"
  WHERE
    "epoch_us" >= $from_us AND "epoch_us" < $until_us
) AS "slotted"
GROUP BY
  "slot_us",
  "team"
