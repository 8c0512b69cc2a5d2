-- The print of a row: a number of 64 bits that another row hardly ever has. The text of a record tells NULL from an empty text.
hashtextextended(cast(row($values) as text), 0)
