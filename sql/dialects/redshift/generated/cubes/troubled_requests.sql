-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- How requests ended that met a failed attempt, by the slot of their last attempt: how many, how many were answered all the same, how long they took in all.
SELECT
  "last_us" - "last_us" % $slot_us AS "slot_us",
  COUNT(*) AS "requests",
  SUM("answered") AS "answered",
  SUM("latency_ms") AS "latency_ms"
FROM (
  SELECT
    "request_id",
    MAX("epoch_us") AS "last_us",
    MAX(CASE WHEN "outcome" = 'ok' THEN 1 ELSE 0 END) AS "answered",
    SUM(
      CAST(CAST(FLOOR("scaled_1" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007199254740.992' AS DECIMAL(16, 3)) + CAST(CAST(FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
        WHEN "scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
        THEN 1
        ELSE 0
      END AS DECIMAL(17, 0)) * CAST('0.001' AS DECIMAL(3, 3))
    ) AS "latency_ms"
  FROM (
    SELECT
      *,
      CASE WHEN "latency_ms" < 1e25 THEN "latency_ms" * 1e3 END AS "scaled_1"
    FROM "troubled_attempts"
  ) AS "troubled_attempts"
  GROUP BY
    "request_id"
  HAVING
    MAX(CASE WHEN NOT "outcome" IN ('ok', 'skipped') THEN 1 ELSE 0 END) = 1
) AS "requests_in_trouble"
GROUP BY
  "last_us" - "last_us" % $slot_us
