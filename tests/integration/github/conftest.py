"""Fixtures of this room: a pull request on the fake GitHub."""

from tests.support.action import stage

__all__ = ["stage"]
