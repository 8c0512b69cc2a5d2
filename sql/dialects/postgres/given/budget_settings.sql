-- The budgets that need rows, in the order of the settings; a scope that is not set is NULL and takes in everything.
select number, end_user, tag_key, tag_value, needs_rows
from json_to_recordset($budget_settings)
    as given (number integer, end_user text, tag_key text, tag_value text, needs_rows boolean)
