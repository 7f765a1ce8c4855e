"""One side of a comparison."""

from dataclasses import dataclass

from bot.project.client.client import Loaded, Worker


@dataclass(frozen=True)
class ProjectSide:
    """One side's worker with what it said about its scripts."""

    worker: Worker
    loaded: Loaded
