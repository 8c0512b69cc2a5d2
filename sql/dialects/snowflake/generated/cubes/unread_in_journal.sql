-- Generated, not executed by Snowflake: our tests run what it means in DuckDB.
-- What loaders find in the journal and cannot read, and the first of it by name: neither is of any period.
SELECT
  COUNT(*) AS "entries",
  MIN(SUBSTRING(CONCAT(COALESCE("entry", ''), ': ', COALESCE("reason", '')), 1, 300)) AS "first_entry"
FROM "unread_journal_entries"
