-- No row is left out.
true
