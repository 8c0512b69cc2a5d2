-- What the telemetry spans: first and last usable moment, how many rows there are, and in how many UTC hours. Clocks differ: rows up to a day ahead are taken for now, but make nothing longer.
SELECT
  CASE WHEN spanned.first_us > $moment_us THEN $moment_us ELSE spanned.first_us END AS first_us,
  CASE
    WHEN spanned.last_us IS NULL AND NOT (
      spanned.first_us IS NULL
    )
    THEN $moment_us
    ELSE spanned.last_us
  END AS last_us,
  COALESCE(spanned.rows_read, 0) AS rows_read,
  COALESCE(spanned.hours_with_data, 0) AS hours_with_data
FROM (
  SELECT
    MIN(toNullable(hours.first_us)) AS first_us,
    MAX(toNullable(hours.last_us)) AS last_us,
    SUM(hours.requests) AS rows_read,
    SUM(CASE WHEN NOT (
      hours.last_us IS NULL
    ) THEN 1 ELSE 0 END) AS hours_with_data
  FROM (
    SELECT
      MIN(toNullable(CASE WHEN requests.epoch_us < $now_us THEN requests.epoch_us END)) AS first_us,
      MAX(toNullable(CASE WHEN requests.epoch_us <= $moment_us THEN requests.epoch_us END)) AS last_us,
      COUNT(*) AS requests
    FROM $shards_begin SELECT
      requests.epoch_us AS epoch_us
    FROM requests $shards_end AS requests
    GROUP BY
      epoch_us - epoch_us % 3600000000
  ) AS hours
) AS spanned
