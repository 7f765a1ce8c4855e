"""What there is to read in a database: one query for each kind of object, one for what depends on what."""
