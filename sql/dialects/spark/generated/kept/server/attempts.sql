-- Attempts of requests that met one that failed, of ids that stand in rows from a moment on: what a request is followed by.
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
      epoch_us < $until_us
      AND outcome <> 'ok'
      AND request_id IN (
        SELECT
          request_id
        FROM attempts_clean
        WHERE
          epoch_us >= $new_from_us AND epoch_us < $until_us
      )
  )
