-- The names of the business outcomes that the settings take from the table `units` of the source.
select distinct unnest($names::varchar[]) as name
