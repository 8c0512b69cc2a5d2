-- Every column of every table and view that may be read: how the telemetry is found, whatever its name.
-- `rows_in_table` is what was counted at the last ANALYZE, NULL of a view. Parts of partitioned tables are read through the whole.
select
    schemas.nspname as schema_name,
    tables.relname as table_name,
    columns.attname as column_name,
    tables.relkind in ('v', 'm') as is_view,
    case when tables.relkind = 'r' and tables.reltuples >= 0 then cast(tables.reltuples as bigint) end as rows_in_table,
    coalesce(bases.typname, types.typname) as type_name,
    coalesce(bases.typtype, types.typtype) as type_kind,
    coalesce(bases.typcategory, types.typcategory) as type_category
from pg_catalog.pg_class as tables
join pg_catalog.pg_namespace as schemas on schemas.oid = tables.relnamespace
join pg_catalog.pg_attribute as columns
    on columns.attrelid = tables.oid and columns.attnum > 0 and not columns.attisdropped
join pg_catalog.pg_type as types on types.oid = columns.atttypid
left join pg_catalog.pg_type as bases on bases.oid = types.typbasetype and types.typtype = 'd'
where tables.relkind in ('r', 'v', 'm', 'f', 'p')
    and schemas.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    and schemas.nspname not like 'pg\_temp\_%'
    and not exists (select 1 from pg_catalog.pg_inherits where inhrelid = tables.oid)
    and has_schema_privilege(schemas.oid, 'usage')
    and has_column_privilege(tables.oid, columns.attnum, 'select')
order by schemas.nspname, tables.relname, columns.attnum
