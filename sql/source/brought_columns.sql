-- No row, and a value that can be of any type: what tables for rows from a server are made of.
select null as nothing where false
