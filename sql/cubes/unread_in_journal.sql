-- What loaders find in the journal and cannot read, and the first of it by name: neither is of any period.
select count(*) as entries, min(substr(concat(entry, ': ', reason), 1, 300)) as first_entry
from unread_journal_entries
