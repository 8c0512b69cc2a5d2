-- In which local day each slot is.
select slot_us, day_us as stretch_us from slots
