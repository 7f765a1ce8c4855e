"""What completions return: Alembic operations, each with its phase, the named place that it takes in the migration.

An operation is a JSON object for the worker, which turns it into the real Alembic operation and lets the project's
Alembic render it. Its keys are those of the worker's `revision` task.
"""

from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any

Operation = dict[str, Any]


class Phase(IntEnum):
    """The order of a migration: drop what is in the way, create, change, drop, create again what was in the way.

    Renames come before all of it. A comment says why a phase has its place where its name does not.
    """

    CREATE_SCHEMA = auto()
    CREATE_EXTENSION = auto()
    DROP_VIEW = auto()
    DROP_TRIGGER = auto()
    DROP_POLICY = auto()
    DROP_FOREIGN_KEY = auto()
    DROP_CHECK = auto()
    DROP_KEY = auto()
    DROP_INDEX = auto()
    DROP_DEFAULT = auto()
    DROP_DEFAULT_SEQUENCE = auto()  # a serial column's: its default depends on it
    DROP_COMPUTED = auto()  # before the columns that it is computed from
    DROP_REBUILT_COLUMN = auto()  # before it is added again
    DROP_REBUILT_LOCAL_COLUMN = auto()  # of a child table: after its parent's, which drops inherited ones only
    DROP_FUNCTION_IN_USE = auto()
    SET_ASIDE = auto()  # its name is free for what is new then
    CREATE_RANGE_OR_COLLATION = auto()  # domains and composites may be made of them
    RECREATE_TYPE = auto()
    CREATE_ENUM = auto()
    ADD_ENUM_LABEL = auto()
    CREATE_DOMAIN = auto()  # over any type but composites
    CREATE_COMPOSITE = auto()
    CREATE_SEQUENCE = auto()  # before the defaults that call it
    CREATE_FUNCTION = auto()  # that a table, constraint or index needs
    CREATE_TABLE = auto()
    DETACH_PARTITION = auto()
    ALTER_TABLE = auto()
    ADD_LOCAL_COLUMN = auto()  # of a child table: its parent's then merges with it
    ADD_COLUMN = auto()
    DROP_EXPRESSION = auto()  # a computed column has neither default nor other type before
    ALTER_COLUMN = auto()
    SET_DEFAULT = auto()  # of the new type, and before fills that use it
    DROP_NOT_NULL = auto()
    SET_STORAGE = auto()
    FILL = auto()
    SET_NOT_NULL = auto()
    ADD_COMPUTED = auto()  # when its sources have their types and values
    DROP_COLUMN = auto()  # values may have been taken from it until here
    DROP_LOCAL_COLUMN = auto()
    DROP_TABLE = auto()
    ADD_PRIMARY_KEY = auto()
    ADD_UNIQUE = auto()
    ADD_SPECIAL_KEY = auto()  # by its definition: exclusion, INCLUDE, NULLS NOT DISTINCT
    ADD_CHECK = auto()
    INHERIT = auto()  # a child must have its parent's checks
    ADD_SPECIAL_CHECK = auto()  # by its definition: NOT VALID, NO INHERIT
    ATTACH_PARTITION = auto()  # likewise
    CREATE_INDEX = auto()
    CREATE_STATISTICS = auto()
    ADD_FOREIGN_KEY = auto()  # when its target is unique
    ALTER_SEQUENCE = auto()
    OWN_SEQUENCE = auto()
    SET_SEQUENCE = auto()  # past the rows that are there
    DROP_SEQUENCE = auto()
    DROP_TYPE = auto()
    DROP_DOMAIN = auto()  # when no composite uses it
    DROP_RANGE_OR_COLLATION = auto()
    DROP_AGGREGATE = auto()  # before the functions that it calls
    DROP_FUNCTION = auto()
    CREATE_FUNCTION_LATE = auto()  # may use tables and types
    CREATE_AGGREGATE = auto()
    CREATE_VIEW = auto()
    ALTER_VIEW = auto()
    REFRESH_VIEW = auto()
    CREATE_VIEW_INDEX = auto()
    CREATE_TRIGGER = auto()
    ENABLE_TRIGGER = auto()
    CREATE_EVENT_TRIGGER = auto()  # last: it would fire for what comes before
    ROW_SECURITY = auto()
    CREATE_POLICY = auto()
    COMMENT = auto()
    DROP_EXTENSION = auto()
    DROP_SCHEMA = auto()
    OUTSIDE_TRANSACTION = auto()


@dataclass(frozen=True)
class PlannedOperation:
    """An operation with its phase; within that, `position` in a list whose order matters, then arrival, decide."""

    phase: Phase
    operation: Operation = field(hash=False)
    position: int = 0


def execute(phase: Phase, sql: str, *, position: int = 0, **extra: Any) -> PlannedOperation:
    """A statement for which Alembic has no operation; `fill` is what it gives to rows that have NULL in a column."""
    return PlannedOperation(phase, {"op": "execute", "sql": sql, **extra}, position)


def operation(phase: Phase, op: str, *, position: int = 0, **arguments: Any) -> PlannedOperation:
    """An operation of Alembic by its name in `op.*`."""
    return PlannedOperation(phase, {"op": op, **arguments}, position)
