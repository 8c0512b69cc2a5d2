-- The budgets that need rows, in the order of the settings; a scope that is not set is NULL and takes in everything.
select inline(from_json(
    $budget_settings,
    'array<struct<number: int, end_user: string, tag_key: string, tag_value: string, needs_rows: boolean>>'
))
