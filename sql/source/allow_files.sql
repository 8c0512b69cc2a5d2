-- The only files that can still be opened after lock.sql, by their whole paths.
set allowed_paths = $files
