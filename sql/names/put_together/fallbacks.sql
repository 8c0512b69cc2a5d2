-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.fallbacks
set from_provider = 'other names', from_model = 'other names', to_provider = 'other names', to_model = 'other names'
where (from_provider, from_model, to_provider, to_model)
    not in (select (from_provider, from_model, to_provider, to_model) from kept_fallbacks)
