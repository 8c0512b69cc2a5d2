-- Remember what of this journal cannot be read, unless it is known.
insert into unread_journal_entries (journal, entry, reason, since)
select $journal, entry, reason, now() at time zone 'UTC'
from (select unnest($entries::varchar[]) as entry, unnest($reasons::varchar[]) as reason)
anti join (select entry, reason from unread_journal_entries where journal = $journal) using (entry, reason)
