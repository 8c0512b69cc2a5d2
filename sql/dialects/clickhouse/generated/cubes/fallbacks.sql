-- Requests with a failed or skipped attempt that another model answered than the one first chosen: what they cost, by both.
SELECT
  moves.slot_us AS slot_us,
  moves.from_provider AS from_provider,
  moves.from_model AS from_model,
  moves.to_provider AS to_provider,
  moves.to_model AS to_model,
  COUNT(*) AS requests,
  SUM(CASE WHEN NOT (
    moves.cost_usd IS NULL
  ) THEN 1 ELSE 0 END) AS priced_requests,
  SUM(CASE WHEN NOT (
    moves.cost_usd IS NULL
  ) THEN moves.tokens ELSE 0 END) AS priced_tokens,
  SUM(moves.cost_usd) AS cost_usd
FROM (
  SELECT
    troubled_attempts.epoch_us - troubled_attempts.epoch_us % $slot_us AS slot_us,
    FIRST_VALUE(troubled_attempts.provider) OVER (
      PARTITION BY troubled_attempts.request_id
      ORDER BY troubled_attempts.attempt, troubled_attempts.epoch_us, troubled_attempts.provider, troubled_attempts.model
    ) AS from_provider,
    FIRST_VALUE(troubled_attempts.model) OVER (
      PARTITION BY troubled_attempts.request_id
      ORDER BY troubled_attempts.attempt, troubled_attempts.epoch_us, troubled_attempts.provider, troubled_attempts.model
    ) AS from_model,
    troubled_attempts.provider AS to_provider,
    troubled_attempts.model AS to_model,
    troubled_attempts.outcome AS outcome,
    troubled_attempts.tokens AS tokens,
    troubled_attempts.cost_usd AS cost_usd
  FROM troubled_attempts
) AS moves
WHERE
  moves.outcome = 'ok' AND (
    moves.to_provider <> moves.from_provider OR moves.to_model <> moves.from_model
  )
GROUP BY
  slot_us,
  from_provider,
  from_model,
  to_provider,
  to_model
