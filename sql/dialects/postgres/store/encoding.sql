-- Whether the database can hold any text there is.
select current_setting('server_encoding') = 'UTF8'
