-- Whether it is this program that keeps others out.
select count() from system.processes where query_id = {turn:String} and http_user_agent = {mine:String}
