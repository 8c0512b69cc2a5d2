-- How many requests guardrails looked at, by slot and team: those that record a number of them above 0.
SELECT
  slotted.slot_us AS slot_us,
  slotted.team AS team,
  COUNT(*) AS requests,
  SUM(slotted.is_guarded) AS guarded_requests,
  SUM(CASE WHEN slotted.is_guarded = 0 THEN slotted.cost_usd END) AS unguarded_cost_usd,
  SUM(CASE WHEN slotted.is_guarded = 0 THEN slotted.unpriced ELSE 0 END) AS unguarded_unpriced_requests
FROM $shards_begin SELECT
    requests.epoch_us - requests.epoch_us % $slot_us AS slot_us,
    requests.team AS team,
    requests.cost_usd AS cost_usd,
    requests.unpriced AS unpriced,
    CASE WHEN requests.guardrails > 0 THEN 1 ELSE 0 END AS is_guarded
  FROM requests
  WHERE
    requests.epoch_us >= $from_us AND requests.epoch_us < $until_us $shards_end AS slotted
GROUP BY
  slot_us,
  team
