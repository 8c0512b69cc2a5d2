-- Remember what of this journal cannot be read, and was not known.
insert into unread_journal_entries (journal, entry, reason, since)
select {journal:String}, one.1, one.2, now64(6, 'UTC')
from (select arrayJoin(arrayZip({entries:Array(String)}, {reasons:Array(String)})) as one) as found
