-- Read every time as UTC; then close everything that is not allowed by name, and let no statement open it again.
set timezone = 'UTC';
set enable_external_access = false;
set lock_configuration = true
