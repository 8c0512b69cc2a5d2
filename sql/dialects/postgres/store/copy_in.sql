-- Take in rows as lines of text, a backslash before what has a meaning of its own.
copy $table ($columns) from stdin with (format text)
