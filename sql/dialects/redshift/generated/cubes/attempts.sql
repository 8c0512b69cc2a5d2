-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- Attempts by slot of time, target, outcome and error, with the time and money they took; unpriced are those that used something at a cost that nobody knows.
SELECT
  "slot_us",
  "provider",
  "model",
  "outcome",
  "error_type",
  COUNT(*) AS "attempts",
  SUM(
    CAST(CAST(FLOOR("scaled_1" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007199254740.992' AS DECIMAL(16, 3)) + CAST(CAST(FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.001' AS DECIMAL(3, 3))
  ) AS "latency_ms",
  SUM("cost_usd") AS "cost_usd",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN 1 ELSE 0 END) AS "priced_attempts",
  SUM("tokens") AS "tokens",
  SUM(CASE WHEN "cost_usd" IS NULL AND NOT "usage_source" IS NULL THEN 1 ELSE 0 END) AS "unpriced_attempts"
FROM (
  SELECT
    *,
    CASE WHEN "latency_ms" < 1e25 THEN "latency_ms" * 1e3 END AS "scaled_1"
  FROM (
    SELECT
      "epoch_us" - "epoch_us" % $slot_us AS "slot_us",
      "provider",
      "model",
      "outcome",
      "error_type",
      "latency_ms",
      "cost_usd",
      "tokens",
      "usage_source"
    FROM "attempts_clean"
    WHERE
      "epoch_us" >= $from_us AND "epoch_us" < $until_us
  ) AS "slotted"
) AS "slotted"
GROUP BY
  "slot_us",
  "provider",
  "model",
  "outcome",
  "error_type"
