-- Let go of entries of this journal that are gone or can be read by now, or cannot for another reason.
delete from unread_journal_entries
where journal = {journal:String} and not has({entries:Array(String)}, concat(ifNull(entry, ''), '/', ifNull(reason, '')))
