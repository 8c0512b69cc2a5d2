-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- One row a report of the collector about itself; one without a usable time has none, and still counts.
SELECT
  CASE WHEN "timestamp" >= 946684800000000 THEN "timestamp" END AS "epoch_us",
  CASE
    WHEN "typed_recorded" BETWEEN 0 AND 1000000000000000
    THEN CAST(FLOOR("typed_recorded") + CASE
      WHEN "typed_recorded" - FLOOR("typed_recorded") > 0.5
      OR (
        "typed_recorded" - FLOOR("typed_recorded") = 0.5 AND CAST(FLOOR("typed_recorded") AS BIGINT) % 2 = 1
      )
      THEN 1
      ELSE 0
    END AS BIGINT)
  END AS "recorded",
  CASE
    WHEN "typed_dropped" BETWEEN 0 AND 1000000000000000
    THEN CAST(FLOOR("typed_dropped") + CASE
      WHEN "typed_dropped" - FLOOR("typed_dropped") > 0.5
      OR (
        "typed_dropped" - FLOOR("typed_dropped") = 0.5 AND CAST(FLOOR("typed_dropped") AS BIGINT) % 2 = 1
      )
      THEN 1
      ELSE 0
    END AS BIGINT)
  END AS "dropped",
  CASE
    WHEN "typed_quarantined" BETWEEN 0 AND 1000000000000000
    THEN CAST(FLOOR("typed_quarantined") + CASE
      WHEN "typed_quarantined" - FLOOR("typed_quarantined") > 0.5
      OR (
        "typed_quarantined" - FLOOR("typed_quarantined") = 0.5 AND CAST(FLOOR("typed_quarantined") AS BIGINT) % 2 = 1
      )
      THEN 1
      ELSE 0
    END AS BIGINT)
  END AS "quarantined",
  CASE
    WHEN NOT "typed_recorded" IS NULL AND NOT (
      "typed_recorded" BETWEEN 0 AND 1000000000000000
    )
    THEN 1
    ELSE 0
  END AS "bad_recorded",
  CASE
    WHEN NOT "typed_dropped" IS NULL AND NOT (
      "typed_dropped" BETWEEN 0 AND 1000000000000000
    )
    THEN 1
    ELSE 0
  END AS "bad_dropped",
  CASE
    WHEN NOT "typed_quarantined" IS NULL AND NOT (
      "typed_quarantined" BETWEEN 0 AND 1000000000000000
    )
    THEN 1
    ELSE 0
  END AS "bad_quarantined",
  "unreadable_columns"
FROM (
  SELECT
    "timestamp",
    "unreadable_columns",
    "recorded" AS "typed_recorded",
    "dropped" AS "typed_dropped",
    "quarantined" AS "typed_quarantined"
  FROM "collector_health"
) AS "typed"
