-- Attempts of requests that met one that failed, of all ids: for so many new rows that their ids had better not be held in memory.
SELECT
  attempts_clean.epoch_us AS epoch_us,
  attempts_clean.request_id AS request_id,
  attempts_clean.attempt AS attempt,
  attempts_clean.provider AS provider,
  attempts_clean.model AS model,
  attempts_clean.outcome AS outcome,
  attempts_clean.error_type AS error_type,
  attempts_clean.latency_ms AS latency_ms,
  attempts_clean.tokens AS tokens,
  attempts_clean.cost_usd AS cost_usd
FROM attempts_clean
WHERE
  attempts_clean.epoch_us < $until_us
  AND attempts_clean.request_id GLOBAL IN (
    SELECT
      attempts_clean.request_id AS request_id
    FROM attempts_clean
    WHERE
      attempts_clean.epoch_us < $until_us
      AND attempts_clean.outcome <> 'ok'
      AND NOT (
        attempts_clean.request_id IS NULL
      )
  )
