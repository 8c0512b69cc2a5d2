-- Requests whose id stands in several rows, of ids that stand in rows from a moment on: what tells whether one repeats another.
SELECT
  requests.epoch_us AS epoch_us,
  requests.request_id AS request_id,
  requests.provider AS provider,
  requests.output_tokens AS output_tokens,
  requests.failed AS failed
FROM requests
WHERE
  requests.epoch_us < $until_us
  AND requests.request_id GLOBAL IN (
    SELECT
      requests.request_id AS request_id
    FROM requests
    WHERE
      requests.epoch_us < $until_us
      AND requests.request_id GLOBAL IN (
        SELECT
          requests.request_id AS request_id
        FROM requests
        WHERE
          requests.epoch_us >= $new_from_us AND requests.epoch_us < $until_us
      )
    GROUP BY
      request_id
    HAVING
      COUNT(*) > 1
  )
