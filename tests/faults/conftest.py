"""Fixtures of this room: the machine of the attacks, runs that can be stopped, and the container."""

from tests.support.containers import engine, in_network, stage
from tests.support.machine import machine, python, user
from tests.support.stops import listener

__all__ = ["engine", "in_network", "listener", "machine", "python", "stage", "user"]
