"""Fixtures of this room: a machine worth attacking, and the container."""

from tests.support.containers import engine, in_network, stage
from tests.support.machine import machine, python, user

__all__ = ["engine", "in_network", "machine", "python", "stage", "user"]
