-- Let go of what was looked for in some days alone.
drop table troubled_ids
