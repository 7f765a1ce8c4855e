"""Where base's history makes no tables though its models have some: they were there before Alembic was, or the pull
request's own migrations make them. Running these from an empty database tells.

In: head's worker. Out: which of the two it is, in words for the report as well.
"""

import re
from collections.abc import Callable

from bot.errors import ProjectError
from bot.migration.testbed.builder import Builder
from bot.project.client.client import Loaded, Worker

THERE_BEFORE = "base's migrations make no table at all, so those of its models must have been there before"
MADE_NOW = (
    "base's migrations make no table, and the pull request's make those of its models: they were tried from an empty"
    " database; one that has the tables already is to be stamped"
)
_NOT_THERE = re.compile(r"relation \S+ does not exist")


def are_made(builder: Builder, base: Loaded, worker: Worker, head: Loaded, is_among: Callable[[str], bool]) -> bool:
    """Whether head's history, which is run, makes tables of base's models, as `is_among` says of a database; or stops,
    and not because a table is not there."""
    if {revision.revision for revision in head.revisions} <= {revision.revision for revision in base.revisions}:
        return False
    try:
        name = builder.upgrade(worker, "first")
    except ProjectError as error:
        return _NOT_THERE.search(error.message) is None
    made = is_among(name)
    builder.databases.drop(name)
    return made
