-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- What guardrails decided, by the slot of the request it was about: which one, what it did, whose request, and the spend it concerns.
SELECT
  "epoch_us" - "epoch_us" % $slot_us AS "slot_us",
  "guardrail",
  "action",
  "team",
  COUNT(*) AS "decisions",
  SUM("cost_usd") AS "cost_usd",
  SUM("avoided_usd") AS "avoided_usd",
  SUM(CASE WHEN "cost_usd" IS NULL AND "avoided_usd" IS NULL THEN 1 ELSE 0 END) AS "unpriced_decisions"
FROM "guardrail_events_clean"
WHERE
  "epoch_us" >= $from_us AND "epoch_us" < $until_us
GROUP BY
  "epoch_us" - "epoch_us" % $slot_us,
  "guardrail",
  "action",
  "team"
