-- How requests ended that met a failed attempt, by the slot of their last attempt: how many, how many were answered all the same, how long they took in all.
SELECT
  last_us - last_us % $slot_us AS slot_us,
  COUNT(*) AS requests,
  SUM(answered) AS answered,
  SUM(latency_ms) AS latency_ms
FROM (
  SELECT
    request_id,
    MAX(epoch_us) AS last_us,
    MAX(CASE WHEN outcome = 'ok' THEN 1 ELSE 0 END) AS answered,
    (
      SUM(CAST(TRUNC(whole_1 / 9007199254740992) AS BIGINT)) * 9007199254740992 + SUM(CAST(whole_1 - TRUNC(whole_1 / 9007199254740992) * 9007199254740992 AS BIGINT))
    ) * 0.001 AS latency_ms
  FROM (
    SELECT
      *,
      TRUNC(scaled_1) + CASE WHEN scaled_1 - TRUNC(scaled_1) >= 0.5 THEN 1 ELSE 0 END AS whole_1
    FROM (
      SELECT
        *,
        (
          latency_ms
        ) * 1000 AS scaled_1
      FROM troubled_attempts
      OFFSET 0
    ) AS troubled_attempts
    OFFSET 0
  ) AS troubled_attempts
  GROUP BY
    request_id
  HAVING
    MAX(CASE WHEN NOT outcome IN ('ok', 'skipped') THEN 1 ELSE 0 END) = 1
  OFFSET 0
) AS requests_in_trouble
GROUP BY
  last_us - last_us % $slot_us
