-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- What thirteen months cost by local day, team, project, environment and target; NULL stays NULL: nobody claimed it.
SELECT
  "day_us",
  "team",
  "project",
  "environment",
  "provider",
  "model",
  COUNT(*) AS "requests",
  SUM("failed") AS "failed_requests",
  SUM("cost_usd") AS "cost_usd",
  SUM("unpriced") AS "unpriced_requests",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN 1 ELSE 0 END) AS "priced_requests",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN COALESCE("input_tokens", 0) + COALESCE("output_tokens", 0) ELSE 0 END) AS "priced_tokens",
  SUM("input_tokens") AS "input_tokens",
  SUM("output_tokens") AS "output_tokens",
  SUM(CASE WHEN "cache_read_input_tokens" <= "input_tokens" THEN "input_tokens" END) AS "reads_known_input_tokens",
  SUM(CASE WHEN "cache_read_input_tokens" <= "input_tokens" THEN "cache_read_input_tokens" END) AS "reads_known_read_tokens",
  SUM(CASE WHEN "reasoning_output_tokens" <= "output_tokens" THEN "output_tokens" END) AS "reasoning_known_output_tokens",
  SUM(CASE WHEN "reasoning_output_tokens" <= "output_tokens" THEN "reasoning_output_tokens" END) AS "reasoning_known_tokens",
  SUM("cache_read_input_tokens") AS "cache_read_input_tokens",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN "cache_savings_usd" END) AS "cache_savings_usd"
FROM (
  SELECT
    "history_slots"."day_us",
    "team",
    "project",
    "environment",
    "provider",
    "model",
    "failed",
    "cost_usd",
    "unpriced",
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_savings_usd",
    "reasoning_output_tokens"
  FROM "requests"
  JOIN "history_slots"
    ON "history_slots"."slot_us" = "requests"."epoch_us" - "requests"."epoch_us" % $history_slot_us
  WHERE
    "epoch_us" >= $history_from_us AND "epoch_us" < $history_until_us
) AS "dated"
GROUP BY
  "day_us",
  "team",
  "project",
  "environment",
  "provider",
  "model"
