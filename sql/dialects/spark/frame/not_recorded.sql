-- A column that is not recorded, which the page calls 'not recorded'.
cast(null as $type)
