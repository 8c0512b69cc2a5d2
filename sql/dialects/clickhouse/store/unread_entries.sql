-- What of this journal could not be read the last time.
select assumeNotNull(entry), assumeNotNull(reason) from unread_journal_entries where journal = {journal:String}
