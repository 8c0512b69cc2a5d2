-- How many rows and values could not be used, by column and reason, whatever the period: they are counted here and in no sum.
-- By slot; rows without a usable time, those in the future among them, have none.
SELECT
  CASE WHEN found.epoch_us < $now_us THEN found.epoch_us - found.epoch_us % $slot_us END AS slot_us,
  found.column_name AS column_name,
  found.reason AS reason,
  COUNT(*) AS rows_set_aside
FROM (
  SELECT
    values_set_aside.epoch_us AS epoch_us,
    values_set_aside.column_name AS column_name,
    values_set_aside.reason AS reason
  FROM values_set_aside
  UNION ALL
  SELECT
    requests.epoch_us AS epoch_us,
    'timestamp' AS column_name,
    'in the future' AS reason
  FROM requests
  WHERE
    requests.epoch_us >= $now_us
) AS found
GROUP BY
  slot_us,
  column_name,
  reason
