-- From here on what is staged counts, whatever dies: one row is written whole or not at all.
insert into finops_publishing select now64(6)
