-- What a company counted of its business outcomes, by its own days, by name and team.
SELECT
  units_clean.day AS day,
  units_clean.name AS name,
  units_clean.team AS team,
  SUM(units_clean.quantity) AS quantity
FROM units_clean
WHERE
  NOT (
    units_clean.day IS NULL
  )
  AND NOT (
    units_clean.name IS NULL
  )
  AND NOT (
    units_clean.quantity IS NULL
  )
GROUP BY
  day,
  name,
  team
