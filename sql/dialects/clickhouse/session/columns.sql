-- Every column of every table and view that may be read: how the telemetry is found, whatever its name.
-- `rows_in_table` is NULL of views and of tables whose rows are in other servers.
select
    columns.database, columns.table, columns.name,
    tables.engine in ('View', 'MaterializedView') as is_view,
    tables.total_rows as rows_in_table,
    columns.type,
    tables.engine_full
from system.columns as columns
join system.tables as tables on tables.database = columns.database and tables.name = columns.table
where columns.database not in ('system', 'INFORMATION_SCHEMA', 'information_schema')
    and not startsWith(columns.table, '.inner')
    and not startsWith(columns.table, 'finops_staged_')
    and columns.default_kind <> 'EPHEMERAL'
    and not tables.is_temporary
order by columns.database, columns.table, columns.position
