-- JSON as it stands. What is escaped and no letter cannot be looked into without an error: such a value is none.
case
    when position('\u' in cast($value as text)) = 0
        or regexp_replace(cast($value as text), '\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}', '', 'g')
            !~ '\\u(0000|[dD][89a-fA-F])'
        then cast($value as json)
end
