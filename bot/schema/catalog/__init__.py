"""What there is to read in a database: one query for each kind of object, and one for what depends on what."""
