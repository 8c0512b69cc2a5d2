-- The only folders whose files can still be opened after lock.sql.
set allowed_directories = $folders
