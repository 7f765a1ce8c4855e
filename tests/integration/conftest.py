"""Fixtures of these rooms: a server, a cache for the bot, and the container."""

from tests.support.containers import engine, in_network, stage
from tests.support.servers import bot_cache, databases, server

__all__ = ["bot_cache", "databases", "engine", "in_network", "server", "stage"]
