-- Let go of a table for rows that are not to be seen yet: its like has columns that it lacks.
drop table if exists finops_staged_$table sync
