-- The rows of a table, to be brought over.
select $columns from ($text) as read
