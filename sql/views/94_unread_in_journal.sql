-- How many entries of the journal could not be read when it was last loaded, whatever the period, and the first by name.
select cast(entries as bigint) as entries, first_entry
from cubes.unread_in_journal
