-- How many rows are staged for each table, and in which partitions.
select substring(table, length('finops_staged_') + 1), partition_id, sum(rows)
from system.parts
where database = currentDatabase() and startsWith(table, 'finops_staged_') and active and rows > 0
group by table, partition_id
order by table, partition_id
