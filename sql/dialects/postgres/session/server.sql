-- What is at the other end: the version, the encoding of texts, the schema that is asked first, and whether it is a copy of another server.
select
    cast(current_setting('server_version_num') as integer) as version_number,
    current_setting('server_version') as version,
    pg_encoding_to_char(encoding) as encoding,
    coalesce(current_schema(), '') as usual_schema,
    pg_is_in_recovery() as is_standby
from pg_database
where datname = current_database()
