"""Privileges that owners of objects have by themselves.

alembic_utils compares privileges of everybody but superusers with those that the project registers. Databases for
development belong to a superuser as a rule; the bot's never do, and every privilege of its role would be reported.
In: an operation. Out: whether it takes from the connection's own role what is its own.
"""

from typing import Any

from .connection import redirect


def is_owners(operation: Any) -> bool:
    """Whether it drops a privilege of the role that runs the migrations."""
    target = getattr(operation, "target", None)
    if not type(operation).__name__.startswith("Drop") or not type(target).__name__.startswith("PGGrant"):
        return False
    return redirect.address is not None and getattr(target, "role", None) == redirect.address["user"]
