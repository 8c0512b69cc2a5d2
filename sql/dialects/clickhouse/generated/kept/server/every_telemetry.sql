-- Requests whose id stands in several rows, of all ids: for so many new rows that their ids had better not be held in memory.
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
      requests.epoch_us < $until_us AND NOT (
        requests.request_id IS NULL
      )
    GROUP BY
      request_id
    HAVING
      COUNT(*) > 1
  )
