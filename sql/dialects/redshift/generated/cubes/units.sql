-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- What a company counted of its business outcomes, by its own days, by name and team.
SELECT
  "day",
  "name",
  "team",
  SUM("quantity") AS "quantity"
FROM "units_clean"
WHERE
  NOT "day" IS NULL AND NOT "name" IS NULL AND NOT "quantity" IS NULL
GROUP BY
  "day",
  "name",
  "team"
