-- In which local month each local day is, both by their first slots.
select distinct day_us as slot_us, month_us as stretch_us from slots
