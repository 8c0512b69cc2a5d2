-- Whether anything is recorded.
$value is not null
