-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- What thirteen months cost by slot of time, divided in two ways: by provider and model, and by team; NULL is a team that is not recorded.
-- Each way divides the whole: choose one by `divided_by`, which is 'model' or 'team'.
SELECT
  "slot_us",
  CASE WHEN GROUPING("team") = 0 THEN 'team' ELSE 'model' END AS "divided_by",
  "provider",
  "model",
  "team",
  COUNT(*) AS "requests",
  SUM("failed") AS "failed_requests",
  SUM("cost_usd") AS "cost_usd",
  SUM("unpriced") AS "unpriced_requests",
  SUM("input_tokens") AS "input_tokens",
  SUM("output_tokens") AS "output_tokens",
  SUM("cache_read_input_tokens") AS "cache_read_input_tokens"
FROM (
  SELECT
    "epoch_us" - "epoch_us" % $history_slot_us AS "slot_us",
    "provider",
    "model",
    "team",
    "failed",
    "cost_usd",
    "unpriced",
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens"
  FROM "requests"
  WHERE
    "epoch_us" >= $history_from_us AND "epoch_us" < $history_until_us
) AS "slotted"
GROUP BY
  GROUPING SETS (
    ("slot_us", "provider", "model"),
    ("slot_us", "team")
  )
