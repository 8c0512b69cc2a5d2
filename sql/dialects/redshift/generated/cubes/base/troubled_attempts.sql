-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- All attempts of requests that met one that failed or was skipped: read once, for the cubes that follow a request over its attempts.
SELECT
  "epoch_us",
  "request_id",
  "attempt",
  "provider",
  "model",
  "outcome",
  "error_type",
  "latency_ms",
  "tokens",
  "cost_usd"
FROM "attempts_clean"
WHERE
  "epoch_us" >= $from_us
  AND "epoch_us" < $until_us
  AND "request_id" IN (
    SELECT
      "request_id"
    FROM "troubled_ids"
  )
