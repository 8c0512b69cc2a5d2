-- Whether this user may have the shards of a cluster work out rows.
select one from cluster($cluster, view(select 1 as one)) limit 1
