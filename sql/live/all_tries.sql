-- The tries that a page of all teams counts.
create temporary view live_tries as
from every_try
