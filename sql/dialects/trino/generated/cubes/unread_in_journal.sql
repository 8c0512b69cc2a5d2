-- Generated, not executed by a Trino: our tests run what it means in DuckDB.
-- What loaders find in the journal and cannot read, and the first of it by name: neither is of any period.
SELECT
  COUNT(*) AS entries,
  MIN(
    SUBSTR(
      CONCAT(COALESCE(CAST(entry AS VARCHAR), ''), COALESCE(CAST(': ' AS VARCHAR), ''), COALESCE(CAST(reason AS VARCHAR), '')),
      1,
      300
    )
  ) AS first_entry
FROM unread_journal_entries
