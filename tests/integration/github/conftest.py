"""Fixtures of this room: a pull request on the fake GitHub."""

from tests.support.action import after_first, after_half, first_half, first_run, stage, untouched

__all__ = ["after_first", "after_half", "first_half", "first_run", "stage", "untouched"]
