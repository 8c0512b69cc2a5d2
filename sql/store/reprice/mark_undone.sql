-- Remember that a repricing is undone, and since when.
update repricings set undone_at = make_timestamp($at_us::bigint) where repricing = $repricing
