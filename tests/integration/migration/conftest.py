"""Fixtures of this room: a change of models in a repository."""

from tests.support.changes import change

__all__ = ["change"]
