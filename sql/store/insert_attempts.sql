-- The segment's attempts.
insert into attempts by name select columns($columns) from segment where attempt is not null
