-- The budgets that need rows, in the order of the settings; a scope that is not set is NULL and takes in everything.
select
    one.number as number, one.end_user as end_user, one.tag_key as tag_key, one.tag_value as tag_value, one.needs_rows as needs_rows
from (
    select arrayJoin(JSONExtract($budget_settings,
        'Array(Tuple(number Int32, end_user Nullable(String), tag_key Nullable(String), tag_value Nullable(String), needs_rows Bool))'
    )) as one
) as given
