-- The columns of these tables, as far as they are there, and the engines of the tables.
select columns.table, columns.name, columns.type, tables.engine
from system.columns as columns
join system.tables as tables on tables.database = columns.database and tables.name = columns.table
where columns.database = currentDatabase() and has({tables:Array(String)}, columns.table)
order by columns.table, columns.position
