-- What guardrails decided, by the slot of the request it was about: which one, what it did, whose request, and the spend it concerns.
SELECT
  guardrail_events_clean.epoch_us - guardrail_events_clean.epoch_us % $slot_us AS slot_us,
  guardrail_events_clean.guardrail AS guardrail,
  guardrail_events_clean.action AS action,
  guardrail_events_clean.team AS team,
  COUNT(*) AS decisions,
  SUM(guardrail_events_clean.cost_usd) AS cost_usd,
  SUM(guardrail_events_clean.avoided_usd) AS avoided_usd,
  SUM(
    CASE WHEN guardrail_events_clean.cost_usd IS NULL AND guardrail_events_clean.avoided_usd IS NULL THEN 1 ELSE 0 END
  ) AS unpriced_decisions
FROM $shards_begin SELECT
    guardrail_events_clean.action AS action,
    guardrail_events_clean.avoided_usd AS avoided_usd,
    guardrail_events_clean.cost_usd AS cost_usd,
    guardrail_events_clean.epoch_us AS epoch_us,
    guardrail_events_clean.guardrail AS guardrail,
    guardrail_events_clean.team AS team
  FROM guardrail_events_clean $shards_end AS guardrail_events_clean
WHERE
  guardrail_events_clean.epoch_us >= $from_us AND guardrail_events_clean.epoch_us < $until_us
GROUP BY
  epoch_us - epoch_us % $slot_us,
  guardrail,
  action,
  team
