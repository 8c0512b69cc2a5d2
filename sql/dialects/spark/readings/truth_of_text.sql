-- Yes or no in words, or as 1 and 0.
case
    when lower(btrim(cast($value as string), $spaces)) in ('true', 't', '1', 'yes', 'y') then true
    when lower(btrim(cast($value as string), $spaces)) in ('false', 'f', '0', 'no', 'n') then false
end
