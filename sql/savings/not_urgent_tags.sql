-- The tags of work that is not urgent: the key as a JSON pointer (RFC 6901), and the value.
select
    '/' || replace(replace(unnest($tag_key::varchar[]), '~', '~0'), '/', '~1') as pointer,
    unnest($tag_value::varchar[]) as tag_value
