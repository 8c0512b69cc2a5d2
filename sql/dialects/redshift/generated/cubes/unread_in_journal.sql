-- Generated, not executed by Redshift: our tests run what it means in DuckDB.
-- What loaders find in the journal and cannot read, and the first of it by name: neither is of any period.
SELECT
  COUNT(*) AS "entries",
  MIN(SUBSTRING(COALESCE("entry", '') || ': ' || COALESCE("reason", '') FROM 1 FOR 300)) AS "first_entry"
FROM "unread_journal_entries"
