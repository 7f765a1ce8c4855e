"""The same change in steps that keep the application running: no lock blocks readers and writers while rows are
processed, and every lock has a timeout.

In: the operations of an upgrade and the catalogs before and after it. Out: operations that lead to the same catalog.
What has no such form (another type, a primary key over columns that may be NULL, partitioned tables) stays as it is.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, groupby, zip_longest

from bot.migration.planner.operations import Operation
from bot.model import ObjectKey
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import quote
from bot.sqltext.expressions import enclosed

# What an operation becomes: some in a transaction, then some outside of any, then in a transaction again, and so on.
Stages = list[list[Operation]]

_TIMEOUT = "SET LOCAL lock_timeout = '3s'"
_PAGES = 500  # of one transaction of a fill: some ten thousand rows
# Defaults that differ from row to row, so that the server writes every row when the column comes with them.
_OF_EACH_ROW = re.compile(r"\b(nextval|random\w*|\w*uuid\w*|clock_timestamp|timeofday)\(")


def safer(operations: Sequence[Operation], before: Snapshot, after: Snapshot) -> list[Operation]:
    """The operations in their order; those of a kind that follow each other share their transactions."""
    forms = _Forms(before, after)
    found: list[Operation] = []
    for kind, group in groupby(operations, key=lambda operation: str(operation["op"])):
        each = [forms.of(operation) for operation in group]
        # A statement may need what the one before it did.
        for together in [[one] for one in each] if kind == "execute" else [each]:
            for stage in zip_longest(*together, fillvalue=list[Operation]()):
                found += chain.from_iterable(stage)
    return list(_with_timeouts(found))


def _with_timeouts(operations: Sequence[Operation]) -> Iterator[Operation]:
    """Each transaction gives up a lock that it cannot have soon."""
    inside = False
    for operation in operations:
        if not inside and not operation.get("autocommit"):
            yield _execute(_TIMEOUT)
        inside = not operation.get("autocommit")
        yield operation


class _Forms:
    """The safer form of each operation on an ordinary table that was there before."""

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        self._before = before
        self._after = after
        self._makers: dict[str, Callable[[Operation], Stages | None]] = {
            "create_index": _index,
            "create_check_constraint": self._in_two_steps,
            "create_foreign_key": self._in_two_steps,
            "create_unique_constraint": self._using_index,
            "create_primary_key": self._using_index,
            "alter_column": _not_null,
            "add_column": self._of_each_row,
            "execute": _fill,
        }

    def of(self, operation: Operation) -> Stages:
        maker = self._makers.get(operation["op"])
        made = maker(operation) if maker and self._has_rows(operation.get("fill") or operation) else None
        return made or [[operation]]

    def _has_rows(self, operation: Operation) -> bool:
        key = ObjectKey("table", operation.get("schema", ""), "", operation.get("table", ""))
        return self._before.objects.get(key, {}).get("kind") == "r"

    def _constraint(self, operation: Operation) -> Attributes:
        key = ObjectKey("constraint", operation["schema"], operation["table"], operation["name"])
        return self._after.objects.get(key, {})

    def _in_two_steps(self, operation: Operation) -> Stages | None:
        definition = self._constraint(operation).get("definition")
        return _checked(operation, operation["name"], quote.short(definition)) if definition else None

    def _using_index(self, operation: Operation) -> Stages | None:
        """The server reads all rows if a column of a primary key has yet to become NOT NULL."""
        word = {"p": "PRIMARY KEY", "u": "UNIQUE"}.get(self._constraint(operation).get("type", ""))
        columns = [ObjectKey("column", operation["schema"], operation["table"], c) for c in operation["columns"]]
        required = all(self._before.objects.get(column, {}).get("not_null") for column in columns)
        if word is None or (word == "PRIMARY KEY" and not required):
            return None
        name, table = quote.name(operation["name"]), _table(operation)
        listed = ", ".join(map(quote.name, operation["columns"]))
        when = f" DEFERRABLE INITIALLY {operation['initially']}" if operation.get("deferrable") else ""
        return [
            [],
            [_outside(_execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({listed})"))],
            [_execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {word} USING INDEX {name}{when}")],
        ]

    def _of_each_row(self, operation: Operation) -> Stages | None:
        place = {name: operation[name] for name in ("schema", "table", "column")}
        column = self._after.objects.get(ObjectKey("column", *place.values()), {})
        default = quote.short(column.get("default") or "")
        if column.get("generated") or not _OF_EACH_ROW.search(default):
            return None
        bare = {**operation, "nullable": True, "server_default": None}
        keeps = {"op": "alter_column", **place, "server_default": default}
        filled = [[bare, keeps], [_outside(_execute(_batches({**place, "value": default})))]]
        required = column.get("not_null") and operation.get("nullable") is not True
        return filled + ((required and _not_null({"op": "alter_column", **place, "nullable": False})) or [])


def _index(operation: Operation) -> Stages:
    return [[], [_outside({**operation, "concurrently": True})]]


def _not_null(operation: Operation) -> Stages | None:
    """A valid check is what the server goes by, without a look at the rows."""
    if operation.get("nullable") is not False:
        return None
    check, column = f"{operation['column'][:50]}_is_given", quote.name(operation["column"])
    done = _execute(f"ALTER TABLE {_table(operation)} DROP CONSTRAINT {quote.name(check)}")
    return [*_checked(operation, check, f"CHECK ({column} IS NOT NULL)"), [operation, done]]


def _fill(operation: Operation) -> Stages | None:
    fill = operation.get("fill")
    if not fill or "$fill$" in fill["value"]:
        return None
    return [[], [_outside(_execute(_batches(fill)))]]


def _checked(operation: Operation, name: str, definition: str) -> Stages:
    """A constraint that holds for new rows at once, and for the others when they have been read."""
    alter, constraint = f"ALTER TABLE {_table(operation)}", quote.name(name)
    return [
        [_execute(f"{alter} ADD CONSTRAINT {constraint} {definition} NOT VALID")],
        [_outside(_execute(f"{alter} VALIDATE CONSTRAINT {constraint}"))],
    ]


def _batches(fill: Operation) -> str:
    """The rows of some pages at a time; at last those that the application has moved meanwhile."""
    table, column = _table(fill), quote.name(fill["column"])
    update = f"UPDATE {table} SET {column} = {enclosed(fill['value'])} WHERE {column} IS NULL"
    pages = f"pg_relation_size({quote.literal(table)}) / current_setting('block_size')::int"
    return "\n".join(
        [
            "DO $fill$ BEGIN",
            f"  FOR page IN 0 .. {pages} BY {_PAGES} LOOP",
            f"    {update}",
            f"      AND ctid >= ('(' || page || ',0)')::tid AND ctid < ('(' || page + {_PAGES} || ',0)')::tid;",
            "    COMMIT;",
            "  END LOOP;",
            f"  {update};",
            "END $fill$",
        ]
    )


def _table(operation: Operation) -> str:
    return quote.qualified(operation["schema"], operation["table"])


def _execute(sql: str) -> Operation:
    return {"op": "execute", "sql": sql}


def _outside(operation: Operation) -> Operation:
    return {**operation, "autocommit": True}
