-- Requests whose id stands in several rows, of all ids: for so many new rows that their ids had better not be held in memory.
SELECT
  epoch_us,
  request_id,
  provider,
  output_tokens,
  failed
FROM requests
WHERE
  epoch_us < $until_us
  AND request_id IN (
    SELECT
      request_id
    FROM requests
    WHERE
      epoch_us < $until_us AND NOT request_id IS NULL
    GROUP BY
      request_id
    HAVING
      COUNT(*) > 1
  )
