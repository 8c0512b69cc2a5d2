-- Generated, not executed by Snowflake: our tests run what it means in DuckDB.
-- Spend and volume divided in three ways: by team and project, by environment, by end user; NULL stays NULL, so that the unattributed part is shown as such.
-- Each way divides the whole: choose one by `divided_by`. Teams and environments are keyed by slot. End users can be a
-- million, so they are keyed by the first slot of a stretch of days, which begins anew where the period or a side of the
-- comparison begins or ends: every row lies within one side, and there are as many as end users, not times days.
SELECT
  CASE WHEN GROUPING("end_user") = 0 THEN "stretch_us" ELSE "slot_start_us" END AS "slot_us",
  CASE
    WHEN GROUPING("end_user") = 0
    THEN 'end_user'
    WHEN GROUPING("environment") = 0
    THEN 'environment'
    ELSE 'team'
  END AS "divided_by",
  "team",
  "project",
  "environment",
  "end_user",
  COUNT(*) AS "requests",
  SUM("cost_usd") AS "cost_usd",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN 1 ELSE 0 END) AS "priced_requests",
  SUM(CASE WHEN NOT "cost_usd" IS NULL THEN COALESCE("input_tokens", 0) + COALESCE("output_tokens", 0) ELSE 0 END) AS "priced_tokens",
  SUM("unpriced") AS "unpriced_requests"
FROM (
  SELECT
    "slots"."slot_us" AS "slot_start_us",
    "slots"."stretch_us",
    "team",
    "project",
    "environment",
    "end_user",
    "cost_usd",
    "unpriced",
    "input_tokens",
    "output_tokens"
  FROM "requests"
  JOIN "slots"
    ON "slots"."slot_us" = "requests"."epoch_us" - "requests"."epoch_us" % $slot_us
  WHERE
    "epoch_us" >= $from_us AND "epoch_us" < $until_us
) AS "attributed"
GROUP BY
  GROUPING SETS (
    ("slot_start_us", "team", "project"),
    ("slot_start_us", "environment"),
    ("stretch_us", "end_user")
  )
