-- Each time a request moved on from a provider that failed it (or was resting after failures) to another one.
SELECT
  moves.slot_us AS slot_us,
  moves.from_provider AS from_provider,
  moves.to_provider AS to_provider,
  moves.error_type AS error_type,
  COUNT(*) AS events,
  SUM(moves.recovered) AS recovered
FROM (
  SELECT
    troubled_attempts.epoch_us - troubled_attempts.epoch_us % $slot_us AS slot_us,
    troubled_attempts.provider AS from_provider,
    lead(toNullable(troubled_attempts.provider)) OVER (
      PARTITION BY troubled_attempts.request_id
      ORDER BY troubled_attempts.attempt, troubled_attempts.epoch_us, troubled_attempts.provider, troubled_attempts.outcome, troubled_attempts.error_type
    ) AS to_provider,
    MAX(toNullable(CASE WHEN troubled_attempts.outcome = 'ok' THEN 1 ELSE 0 END)) OVER (PARTITION BY troubled_attempts.request_id) AS recovered,
    troubled_attempts.error_type AS error_type,
    troubled_attempts.outcome AS outcome
  FROM troubled_attempts
) AS moves
WHERE
  moves.outcome <> 'ok' AND moves.to_provider <> moves.from_provider
GROUP BY
  slot_us,
  from_provider,
  to_provider,
  error_type
