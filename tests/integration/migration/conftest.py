"""Fixtures of this room: a change of models in a repository."""

from tests.support.changes import change, joined

__all__ = ["change", "joined"]
