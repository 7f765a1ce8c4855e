"""What a migration does, as far as anyone can see. In: a file, rows. Out: what is there after each step.

Two files with the same effect are the same for whoever uses the database: schemas by `pg_dump`, every row of every
table, and whether the numbers of sequences are still free.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.oracle import dumps, kept
from tests.oracle.oracle import Oracle
from tests.oracle.project import RefusedError, write

STEPS = ("upgrade", "downgrade", "upgrade again")


Rows = Counter[tuple[tuple[str, str | None], ...]]


@dataclass(frozen=True)
class State:
    """A database after a step."""

    objects: dumps.Objects
    rows: dict[str, Rows]
    colliding: frozenset[str]


# What is there after each step; the text of the error where one ended it.
Effect = tuple[State | str, ...]


def effect_of(oracle: Oracle, source: str, folder: Path) -> Effect:
    """Run a file on the rows of the case."""
    config = write(folder)
    (folder / "migrations" / "versions" / "change.py").write_text(source, encoding="utf-8")
    found: list[State | str] = []
    with oracle.databases.temporary("effect", oracle.seeded) as name:
        address = oracle.databases.server.admin.with_database(name)
        for step in STEPS:
            try:
                oracle.child.ask(step.removesuffix(" again"), oracle.case.path / "new", address, config)
            except RefusedError as error:
                found.append(str(error))
                break
            connection = address.connect()
            try:
                tables = kept.held(connection).items()
                rows = {name: Counter(tuple(sorted(row.items())) for row in table.rows) for name, table in tables}
                colliding = frozenset(kept.colliding(connection))
            finally:
                connection.close()
            found.append(State(dumps.dump(oracle.programs, address), rows, colliding))
    return tuple(found)


def unlike(want: Effect, have: Effect) -> str:
    """The first thing in which two effects differ; empty when they are the same."""
    for number, step in enumerate(STEPS):
        one, other = want[number], have[number] if number < len(have) else "the step before failed"
        if isinstance(one, str) or isinstance(other, str):
            return "" if one == other else f"{step}: {other if isinstance(other, str) else 'no error any more'}"
        if unlike_objects := dumps.differences(one.objects, other.objects):
            return f"{step}: {'; '.join(unlike_objects)}"
        for table in sorted(one.rows.keys() | other.rows.keys()):
            if rows := _unlike_rows(one.rows.get(table, Counter()), other.rows.get(table, Counter())):
                return f"{step}: {table} {rows}"
        if one.colliding != other.colliding:
            return f"{step}: numbers that are taken: {', '.join(sorted(one.colliding ^ other.colliding))}"
    return ""


def _unlike_rows(want: Rows, have: Rows) -> str:
    missing, more = want - have, have - want
    if want.total() != have.total():
        return f"has {have.total()} rows, not {want.total()}"
    for old, new in zip(sorted(missing.elements(), key=str), sorted(more.elements(), key=str), strict=True):
        cells = [f"{name} {now!r}, not {was!r}" for (name, was), (_, now) in zip(old, new, strict=True) if was != now]
        return f"has {'; '.join(cells)}, in {missing.total()} rows"
    return ""
