-- Let others in.
kill query where query_id = {turn:String} and http_user_agent = {mine:String} sync
