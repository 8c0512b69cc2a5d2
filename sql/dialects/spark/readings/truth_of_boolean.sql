-- Yes or no as it stands.
$value
