-- Move staged rows to where they are seen; what was moved before is not staged any more.
alter table finops_staged_$table move partition id '$partition' to table $table
