-- The rows that are not there, each as often as it lacks.
create or replace temp table missing as
from lent
except all
from there
