"""What to say of a migration: one module for each rule, found by listing this folder.

A rule has a docstring that says what it finds and why that matters, and `check(facts)`, which yields findings. Its
`CODES` say in one line what they are about; docs/findings.md and docs/deploying.md explain each.
"""
