-- Generated, not executed by BigQuery: our tests run what it means in DuckDB.
-- One row a count of business outcomes; what cannot be used of it is NULL, and counted by the view `values_set_aside`.
SELECT
  CASE WHEN date >= 946684800000000 THEN DATE(TIMESTAMP_MICROS(date)) END AS day,
  name,
  team,
  CASE
    WHEN typed_quantity BETWEEN 0 AND 1000000000000
    THEN CAST(CAST(FLOOR(scaled_1 / 9007199254740992e0) AS INT64) AS BIGNUMERIC) * CAST('9007199254.740992' AS BIGNUMERIC) + CAST(CAST(FLOOR(scaled_1 - FLOOR(scaled_1 / 9007199254740992e0) * 9007199254740992e0) AS INT64) + CASE
      WHEN scaled_1 - FLOOR(scaled_1 / 9007199254740992e0) * 9007199254740992e0 - FLOOR(scaled_1 - FLOOR(scaled_1 / 9007199254740992e0) * 9007199254740992e0) >= 0.5
      THEN 1
      ELSE 0
    END AS BIGNUMERIC) * CAST('0.000001' AS BIGNUMERIC)
  END AS quantity,
  CASE
    WHEN date IS NULL
    AND NOT EXISTS(
      SELECT
        1
      FROM UNNEST(unreadable_columns) AS _col
      WHERE
        _col = 'date:not a usable time'
    )
    THEN 1
    ELSE 0
  END AS missing_date,
  CASE
    WHEN name IS NULL
    AND NOT EXISTS(
      SELECT
        1
      FROM UNNEST(unreadable_columns) AS _col
      WHERE
        _col = 'name:not text'
    )
    THEN 1
    ELSE 0
  END AS missing_name,
  CASE
    WHEN typed_quantity IS NULL
    AND NOT EXISTS(
      SELECT
        1
      FROM UNNEST(unreadable_columns) AS _col
      WHERE
        _col = 'quantity:negative or not a number'
    )
    THEN 1
    ELSE 0
  END AS missing_quantity,
  CASE WHEN date < 946684800000000 THEN 1 ELSE 0 END AS bad_date,
  CASE WHEN NOT typed_quantity BETWEEN 0 AND 1000000000000 THEN 1 ELSE 0 END AS bad_quantity,
  unreadable_columns
FROM (
  SELECT
    *,
    SAFE_MULTIPLY(typed_quantity, 1e6) AS scaled_1
  FROM (
    SELECT
      date,
      NULLIF(TRIM(name, $spaces), '') AS name,
      NULLIF(TRIM(team, $spaces), '') AS team,
      unreadable_columns,
      quantity AS typed_quantity
    FROM units
  ) AS typed
) AS typed
