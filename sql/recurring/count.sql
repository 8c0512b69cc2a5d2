-- Count the numbers between two bounds, and note those that stand there more than once: of an id that recurs, or, hardly ever, of two ids.
insert into recurring_hashes
select id_hash
from id_hashes
where id_hash between cast($first_hash as ubigint) and cast($last_hash as ubigint)
group by id_hash
having count(*) > 1
