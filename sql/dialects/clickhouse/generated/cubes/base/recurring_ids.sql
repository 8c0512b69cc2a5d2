-- Which request_ids stand in several rows of the period: read once, for the cubes that look for repetitions and for failovers.
-- Both ask this of every row, and hardly any id recurs: what they do with those that do costs next to nothing.
SELECT
  requests.request_id AS request_id
FROM $shards_begin SELECT
  requests.epoch_us AS epoch_us,
  requests.request_id AS request_id
FROM requests $shards_end AS requests
WHERE
  requests.epoch_us >= $from_us AND requests.epoch_us < $until_us AND NOT (
    requests.request_id IS NULL
  )
GROUP BY
  request_id
HAVING
  COUNT(*) > 1
