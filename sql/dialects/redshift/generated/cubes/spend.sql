-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- Spend, tokens and volume by slot of time, strategy, provider and model.
-- `reads_known_...` are of requests that record how much of their input was read from a cache, `reasoning_known_...` of those
-- that record how much of their output was reasoning; a part that is larger than its whole is not known.
SELECT
  "slot_us",
  "strategy",
  "provider",
  "model",
  COUNT(*) AS "requests",
  SUM("failed") AS "failed_requests",
  SUM("input_tokens") AS "input_tokens",
  SUM("output_tokens") AS "output_tokens",
  SUM("cache_read_input_tokens") AS "cache_read_input_tokens",
  SUM(CASE WHEN "cache_read_input_tokens" <= "input_tokens" THEN "input_tokens" END) AS "reads_known_input_tokens",
  SUM(CASE WHEN "cache_read_input_tokens" <= "input_tokens" THEN "cache_read_input_tokens" END) AS "reads_known_read_tokens",
  SUM(CASE WHEN "reasoning_output_tokens" <= "output_tokens" THEN "output_tokens" END) AS "reasoning_known_output_tokens",
  SUM(CASE WHEN "reasoning_output_tokens" <= "output_tokens" THEN "reasoning_output_tokens" END) AS "reasoning_known_tokens",
  SUM("cost_usd") AS "cost_usd",
  SUM(CASE WHEN "failed" = 1 THEN "cost_usd" END) AS "failed_cost_usd",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN "cache_savings_usd" END) AS "cache_savings_usd",
  SUM(
    CASE
      WHEN NOT "cost_usd" IS NULL
      AND "cache_savings_usd" IS NULL
      AND COALESCE("cache_read_input_tokens", 0) + COALESCE("cache_write_input_tokens", 0) > 0
      THEN 1
      ELSE 0
    END
  ) AS "unknown_savings_requests",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN 1 ELSE 0 END) AS "priced_requests",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN COALESCE("input_tokens", 0) + COALESCE("output_tokens", 0) ELSE 0 END) AS "priced_tokens",
  SUM("unpriced") AS "unpriced_requests",
  SUM(CASE WHEN "unpriced" = 1 THEN COALESCE("input_tokens", 0) + COALESCE("output_tokens", 0) ELSE 0 END) AS "unpriced_tokens",
  SUM(
    CASE
      WHEN "cost_usd" = 0 AND "failed" = 0 AND COALESCE("input_tokens", 0) + COALESCE("output_tokens", 0) > 0
      THEN 1
      ELSE 0
    END
  ) AS "free_requests",
  SUM(
    CASE
      WHEN "cost_usd" = 0 AND "failed" = 0
      THEN COALESCE("input_tokens", 0) + COALESCE("output_tokens", 0)
      ELSE 0
    END
  ) AS "free_tokens"
FROM (
  SELECT
    "epoch_us" - "epoch_us" % $slot_us AS "slot_us",
    "strategy",
    "provider",
    "model",
    "failed",
    "unpriced",
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_write_input_tokens",
    "reasoning_output_tokens",
    "cost_usd",
    "cache_savings_usd"
  FROM "requests"
  WHERE
    "epoch_us" >= $from_us AND "epoch_us" < $until_us
) AS "slotted"
GROUP BY
  "slot_us",
  "strategy",
  "provider",
  "model"
