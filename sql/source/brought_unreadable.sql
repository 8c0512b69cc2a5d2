-- What could not be read of a row, as 'column:reason' from a server, in the form that the readings give it.
create or replace macro brought_unreadable(v) as list_transform(v, lambda one: {
    'column_name': split_part(one, ':', 1), 'reason': split_part(one, ':', 2)
})
