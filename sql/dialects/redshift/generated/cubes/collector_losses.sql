-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- What the collector itself says it dropped or set aside, by slot of time, whatever the period.
SELECT
  "epoch_us" - "epoch_us" % $slot_us AS "slot_us",
  SUM("recorded") AS "recorded",
  SUM("dropped") AS "dropped",
  SUM("quarantined") AS "quarantined"
FROM "collector_health_clean"
GROUP BY
  "epoch_us" - "epoch_us" % $slot_us
