-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- Which requests met an attempt that failed or was skipped: few, and counted before all attempts are held against them.
SELECT DISTINCT
  "request_id"
FROM "attempts_clean"
WHERE
  "epoch_us" >= $from_us AND "epoch_us" < $until_us AND "outcome" <> 'ok' AND NOT "request_id" IS NULL
