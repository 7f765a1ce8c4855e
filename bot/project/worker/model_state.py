"""Whether project code changes its models while autogenerate runs: rewriters of env.py are handed the models' columns.

A command of Alembic's ends its process, and the next one begins with models as they are written. In: metadata. Out:
what of it operations are made of, to be compared with the same at another time.
"""

from typing import Any, List, Tuple

State = List[Tuple[Any, ...]]


def state(metadata: List[Any]) -> State:
    """Tables with their columns, constraints and indexes; objects by identity, so that it costs next to nothing."""
    return [
        (
            table.key,
            table.comment,
            frozenset(map(id, table.constraints)),
            frozenset(map(id, table.indexes)),
            tuple(
                (id(column), column.name, column.nullable, id(column.type), id(column.server_default), column.comment)
                for column in table.columns
            ),
        )
        for item in metadata
        for table in item.tables.values()
    ]
