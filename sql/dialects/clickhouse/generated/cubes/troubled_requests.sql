-- How requests ended that met a failed attempt, by the slot of their last attempt: how many, how many were answered all the same, how long they took in all.
SELECT
  requests_in_trouble.last_us - requests_in_trouble.last_us % $slot_us AS slot_us,
  COUNT(*) AS requests,
  SUM(requests_in_trouble.answered) AS answered,
  SUM(requests_in_trouble.latency_ms) AS latency_ms
FROM (
  SELECT
    troubled_attempts.request_id AS request_id,
    MAX(toNullable(troubled_attempts.epoch_us)) AS last_us,
    MAX(toNullable(CASE WHEN troubled_attempts.outcome = 'ok' THEN 1 ELSE 0 END)) AS answered,
    toDecimal256(sum(half_away((
      troubled_attempts.latency_ms
    ) * 1000)), 0) * toDecimal256('0.001', 3) AS latency_ms
  FROM troubled_attempts
  GROUP BY
    request_id
  HAVING
    MAX(toNullable(CASE WHEN NOT (
      outcome IN ('ok', 'skipped')
    ) THEN 1 ELSE 0 END)) = 1
) AS requests_in_trouble
GROUP BY
  last_us - last_us % $slot_us
