-- Yes or no as it stands.
toNullable($value)
