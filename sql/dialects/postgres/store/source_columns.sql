-- The tables of telemetry that are there, and their columns with their types.
select name, attribute.attname, format_type(attribute.atttypid, attribute.atttypmod)
from unnest($tables::text[]) as name
join pg_class as class on class.oid = to_regclass(quote_ident(name)) and class.relkind in ('r', 'p')
join pg_attribute as attribute on attribute.attrelid = class.oid
where attribute.attnum > 0 and not attribute.attisdropped
order by name, attribute.attnum
