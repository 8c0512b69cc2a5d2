-- The counts of business outcomes that the settings' files hold.
select
    unnest($day::date[]) as day,
    unnest($name::varchar[]) as name,
    unnest($team::varchar[]) as team,
    cast(unnest($quantity::varchar[]) as decimal(28, 6)) as quantity
