-- Rows that share their request_id with an earlier row of the same provider, by their slot and by that of the row before: counted as they are, but named in the confidence section.
SELECT
  followed.slot_us AS slot_us,
  followed.earlier_slot_us AS earlier_slot_us,
  COUNT(*) AS repeated_rows
FROM (
  SELECT
    requests.epoch_us - requests.epoch_us % $slot_us AS slot_us,
    lag(toNullable(requests.epoch_us - requests.epoch_us % $slot_us)) OVER (PARTITION BY requests.request_id, requests.provider ORDER BY requests.epoch_us) AS earlier_slot_us
  FROM requests
  WHERE
    requests.epoch_us >= $from_us
    AND requests.epoch_us < $until_us
    AND requests.request_id GLOBAL IN (
      SELECT
        recurring_ids.request_id AS request_id
      FROM recurring_ids
    )
) AS followed
WHERE
  NOT (
    followed.earlier_slot_us IS NULL
  )
GROUP BY
  slot_us,
  earlier_slot_us
