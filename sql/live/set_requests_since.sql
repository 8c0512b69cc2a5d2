-- From when on requests are looked for whose tries a page of one team counts.
set variable requests_since_us = $requests_since_us
