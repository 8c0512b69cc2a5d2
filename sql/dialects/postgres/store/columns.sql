-- The columns of these tables, as far as they are there, wherever the search path finds them.
select name, attribute.attname
from unnest($tables::text[]) as name
join pg_attribute as attribute on attribute.attrelid = to_regclass(quote_ident(name))
where attribute.attnum > 0 and not attribute.attisdropped
