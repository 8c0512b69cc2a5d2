-- Make room for the slots of the report.
drop table slots;
drop table history_slots
