-- A table for rows that are not to be seen yet, like the one that they go to.
create table if not exists finops_staged_$table as $table
