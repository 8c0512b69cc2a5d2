-- The rows of requests that lie in one day, of days whose sums are not known.
select *
from followed
where epoch_us - epoch_us % 86400000000 in (
        select stretch_us
        from stretches_now
        where stretch_us not in (select stretch_us from kept.main.kept_cubes_coarse where cube = $cube)
    )
    and id_hash not in (select id_hash from travelling_ids)
