"""Fixtures of this room: a machine worth attacking, and the container."""

from tests.support.containers import engine, in_network, stage
from tests.support.machine import machine, python, user
from tests.support.servers import databases, server

__all__ = ["databases", "engine", "in_network", "machine", "python", "server", "stage", "user"]
