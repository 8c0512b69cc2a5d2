-- Whose requests the page is of: one team's, or those of all (NULL).
set variable team = $team
