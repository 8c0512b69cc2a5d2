-- What begins rows that each shard of a cluster is to work out, and to sum as far as it can: they read its own tables.
cluster($cluster, view(with $parts
