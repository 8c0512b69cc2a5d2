-- Spend and volume divided in three ways: by team and project, by environment, by end user; NULL stays NULL, so that the unattributed part is shown as such.
-- Each way divides the whole: choose one by `divided_by`. Teams and environments are keyed by slot. End users can be a
-- million, so they are keyed by the first slot of a stretch of days, which begins anew where the period or a side of the
-- comparison begins or ends: every row lies within one side, and there are as many as end users, not times days.
SELECT
  CASE WHEN GROUPING(attributed.end_user) = 0 THEN attributed.stretch_us ELSE attributed.slot_start_us END AS slot_us,
  CASE
    WHEN GROUPING(attributed.end_user) = 0
    THEN 'end_user'
    WHEN GROUPING(attributed.environment) = 0
    THEN 'environment'
    ELSE 'team'
  END AS divided_by,
  attributed.team AS team,
  attributed.project AS project,
  attributed.environment AS environment,
  attributed.end_user AS end_user,
  COUNT(*) AS requests,
  SUM(attributed.cost_usd) AS cost_usd,
  SUM(CASE WHEN NOT (
    attributed.cost_usd IS NULL
  ) THEN 1 ELSE 0 END) AS priced_requests,
  SUM(
    CASE
      WHEN NOT (
        attributed.cost_usd IS NULL
      )
      THEN COALESCE(attributed.input_tokens, 0) + COALESCE(attributed.output_tokens, 0)
      ELSE 0
    END
  ) AS priced_tokens,
  SUM(attributed.unpriced) AS unpriced_requests
FROM $shards_begin SELECT
    slots.slot_us AS slot_start_us,
    slots.stretch_us AS stretch_us,
    requests.team AS team,
    requests.project AS project,
    requests.environment AS environment,
    requests.end_user AS end_user,
    requests.cost_usd AS cost_usd,
    requests.unpriced AS unpriced,
    requests.input_tokens AS input_tokens,
    requests.output_tokens AS output_tokens
  FROM requests
  JOIN slots
    ON slots.slot_us = requests.epoch_us - requests.epoch_us % $slot_us
  WHERE
    requests.epoch_us >= $from_us AND requests.epoch_us < $until_us $shards_end AS attributed
GROUP BY
  GROUPING SETS (
    (slot_start_us, team, project),
    (slot_start_us, environment),
    (stretch_us, end_user)
  )
