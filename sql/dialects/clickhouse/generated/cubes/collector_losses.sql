-- What the collector itself says it dropped or set aside, by slot of time, whatever the period.
SELECT
  collector_health_clean.epoch_us - collector_health_clean.epoch_us % $slot_us AS slot_us,
  SUM(collector_health_clean.recorded) AS recorded,
  SUM(collector_health_clean.dropped) AS dropped,
  SUM(collector_health_clean.quarantined) AS quarantined
FROM collector_health_clean
GROUP BY
  epoch_us - epoch_us % $slot_us
