-- What loaders find in a journal now and cannot read: neither loaded nor set aside, so in no sum.
-- One row an entry; it goes when the entry is gone or can be read.
create table if not exists unread_journal_entries (
    journal text,
    entry text,
    reason text,
    since timestamp
);
