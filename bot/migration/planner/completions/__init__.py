"""One module for each kind of gap that autogenerate leaves; found by listing this folder.

Each module has `operations(change)`, which looks at a change of the catalog and yields the operations that make
its part of it. It is pure, is used in both directions, and is believed only when the database agrees.
"""
