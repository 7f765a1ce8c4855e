"""A PostgreSQL server of our own, from its programs to a running process."""
