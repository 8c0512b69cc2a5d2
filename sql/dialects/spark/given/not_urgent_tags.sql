-- The tags of work that is not urgent, by key and value.
select inline(from_json($not_urgent_tags, 'array<struct<tag_key: string, tag_value: string>>'))
