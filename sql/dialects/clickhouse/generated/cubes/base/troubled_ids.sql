-- Which requests met an attempt that failed or was skipped: few, and counted before all attempts are held against them.
SELECT DISTINCT
  attempts_clean.request_id AS request_id
FROM attempts_clean
WHERE
  attempts_clean.epoch_us >= $from_us
  AND attempts_clean.epoch_us < $until_us
  AND attempts_clean.outcome <> 'ok'
  AND NOT (
    attempts_clean.request_id IS NULL
  )
