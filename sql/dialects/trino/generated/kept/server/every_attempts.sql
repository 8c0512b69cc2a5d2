-- Generated, not executed by a Trino: our tests run what it means in DuckDB.
-- Attempts of requests that met one that failed, of all ids: for so many new rows that their ids had better not be held in memory.
SELECT
  epoch_us,
  request_id,
  attempt,
  provider,
  model,
  outcome,
  error_type,
  latency_ms,
  tokens,
  cost_usd
FROM attempts_clean
WHERE
  epoch_us < $until_us
  AND request_id IN (
    SELECT
      request_id
    FROM attempts_clean
    WHERE
      epoch_us < $until_us AND outcome <> 'ok' AND NOT request_id IS NULL
  )
