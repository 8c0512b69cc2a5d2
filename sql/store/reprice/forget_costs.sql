-- Let go of what was remembered of the rows of a repricing that is undone.
delete from repriced_costs where repricing = $repricing
