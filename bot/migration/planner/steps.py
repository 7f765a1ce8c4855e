"""What completions return: operations in Alembic's vocabulary, each with its place in the migration.

An operation is a JSON object for the worker, which makes the real Alembic operation of it and lets the
project's Alembic render it. Its keys are those of the worker's `revision` task.
"""

from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any

Operation = dict[str, Any]


class Phase(IntEnum):
    """The order in which the parts of a migration stand: take away, rename, make, change, remove, put back."""

    CREATE_SCHEMA = auto()
    CREATE_EXTENSION = auto()
    DROP_VIEW = auto()
    DROP_TRIGGER = auto()
    DROP_POLICY = auto()
    RENAME = auto()
    DROP_FOREIGN_KEY = auto()
    DROP_CHECK = auto()
    DROP_KEY = auto()
    DROP_INDEX = auto()
    DROP_DEFAULT = auto()
    DROP_COMPUTED = auto()
    DROP_FUNCTION_IN_USE = auto()
    CREATE_TYPE = auto()
    CREATE_SEQUENCE = auto()
    CREATE_FUNCTION = auto()
    CREATE_TABLE = auto()
    ALTER_TABLE = auto()
    ADD_COLUMN = auto()
    ALTER_COLUMN = auto()
    FILL = auto()
    SET_NOT_NULL = auto()
    DROP_COLUMN = auto()
    DROP_TABLE = auto()
    ADD_KEY = auto()
    ADD_CHECK = auto()
    CREATE_INDEX = auto()
    ADD_FOREIGN_KEY = auto()
    OWN_SEQUENCE = auto()
    DROP_SEQUENCE = auto()
    DROP_TYPE = auto()
    DROP_FUNCTION = auto()
    CREATE_FUNCTION_LATE = auto()
    CREATE_VIEW = auto()
    CREATE_TRIGGER = auto()
    CREATE_POLICY = auto()
    COMMENT = auto()
    DROP_EXTENSION = auto()
    DROP_SCHEMA = auto()
    OUTSIDE_TRANSACTION = auto()


@dataclass(frozen=True)
class Step:
    """One operation; `order` decides among those of a phase, then the order of arrival."""

    phase: Phase
    operation: Operation = field(hash=False)
    order: int = 0


def execute(phase: Phase, sql: str, order: int = 0, **extra: Any) -> Step:
    """A statement for which Alembic has no operation; `fill` is what it gives to rows that have NULL in a column."""
    return Step(phase, {"op": "execute", "sql": sql, **extra}, order)


def step(phase: Phase, op: str, order: int = 0, **arguments: Any) -> Step:
    """An operation of Alembic by its name in `op.*`."""
    return Step(phase, {"op": op, **arguments}, order)
