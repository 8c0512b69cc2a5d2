-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- Requests with a failed or skipped attempt that another model answered than the one first chosen: what they cost, by both.
SELECT
  "slot_us",
  "from_provider",
  "from_model",
  "to_provider",
  "to_model",
  COUNT(*) AS "requests",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN 1 ELSE 0 END) AS "priced_requests",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN "tokens" ELSE 0 END) AS "priced_tokens",
  SUM("cost_usd") AS "cost_usd"
FROM (
  SELECT
    "epoch_us" - "epoch_us" % $slot_us AS "slot_us",
    FIRST_VALUE("provider") OVER (
      PARTITION BY "request_id"
      ORDER BY "attempt", "epoch_us", "provider", "model"
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "from_provider",
    FIRST_VALUE("model") OVER (
      PARTITION BY "request_id"
      ORDER BY "attempt", "epoch_us", "provider", "model"
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "from_model",
    "provider" AS "to_provider",
    "model" AS "to_model",
    "outcome",
    "tokens",
    "cost_usd"
  FROM "troubled_attempts"
) AS "moves"
WHERE
  "outcome" = 'ok' AND (
    "to_provider" <> "from_provider" OR "to_model" <> "from_model"
  )
GROUP BY
  "slot_us",
  "from_provider",
  "from_model",
  "to_provider",
  "to_model"
