"""Fixtures of this room: repositories for the command."""

from tests.support.command import empty, repository
from tests.support.servers import bot_cache

__all__ = ["bot_cache", "empty", "repository"]
