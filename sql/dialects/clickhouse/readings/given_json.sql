-- Whether JSON is recorded: an object without a key is one, too.
$value is not null
