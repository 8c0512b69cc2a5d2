-- Remember what of this journal cannot be read, unless it is known.
insert into unread_journal_entries (journal, entry, reason, since)
select $journal, found.entry, found.reason, now() at time zone 'UTC'
from unnest($entries::text[], $reasons::text[]) as found (entry, reason)
where not exists (
    select 1 from unread_journal_entries as known
    where known.journal = $journal and known.entry = found.entry and known.reason = found.reason
)
