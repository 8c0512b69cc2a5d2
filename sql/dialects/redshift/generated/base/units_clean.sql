-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- One row a count of business outcomes; what cannot be used of it is NULL, and counted by the view `values_set_aside`.
SELECT
  CASE
    WHEN "date" >= 946684800000000
    THEN CAST(DATEADD(DAY, CAST((
      "date" - "date" % 86400000000
    ) / 86400000000 AS INTEGER), CAST('1970-01-01' AS DATE)) AS DATE)
  END AS "day",
  "name",
  "team",
  CASE
    WHEN "typed_quantity" BETWEEN 0 AND 1000000000000
    THEN CAST(CAST(FLOOR("scaled_1" / 9007199254740992e0) AS BIGINT) AS DECIMAL(19, 0)) * CAST('9007199254.740992' AS DECIMAL(16, 6)) + CAST(CAST(FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) AS BIGINT) + CASE
      WHEN "scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0 - FLOOR("scaled_1" - FLOOR("scaled_1" / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS DECIMAL(17, 0)) * CAST('0.000001' AS DECIMAL(6, 6))
  END AS "quantity",
  CASE WHEN "date" IS NULL AND NOT ARRAY_CONTAINS("unreadable_columns", 'date:not a usable time') THEN 1 ELSE 0 END AS "missing_date",
  CASE WHEN "name" IS NULL AND NOT ARRAY_CONTAINS("unreadable_columns", 'name:not text') THEN 1 ELSE 0 END AS "missing_name",
  CASE
    WHEN "typed_quantity" IS NULL AND NOT ARRAY_CONTAINS("unreadable_columns", 'quantity:negative or not a number')
    THEN 1
    ELSE 0
  END AS "missing_quantity",
  CASE WHEN "date" < 946684800000000 THEN 1 ELSE 0 END AS "bad_date",
  CASE WHEN NOT "typed_quantity" BETWEEN 0 AND 1000000000000 THEN 1 ELSE 0 END AS "bad_quantity",
  "unreadable_columns"
FROM (
  SELECT
    *,
    CASE WHEN "typed_quantity" < 1e25 THEN "typed_quantity" * 1e6 END AS "scaled_1"
  FROM (
    SELECT
      "date",
      NULLIF(BTRIM("name", $spaces), '') AS "name",
      NULLIF(BTRIM("team", $spaces), '') AS "team",
      "unreadable_columns",
      "quantity" AS "typed_quantity"
    FROM "units"
  ) AS "typed"
) AS "typed"
