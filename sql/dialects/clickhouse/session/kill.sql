-- End a statement that nobody waits for any more.
kill query where query_id = $query_id async
