"""Rows that a migration meets and cannot digest: what to ask the author.

In: the error that a step ended with, and the snapshots. Out: the open decisions behind it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import psycopg2

from bot.decisions import command, decision
from bot.migration.proof.restrictions import Restriction
from bot.migration.proof.seeding import TIMEOUT
from bot.migration.testbed.testbed import Testbed
from bot.model import Decision, Difference, ObjectKey, StepError
from bot.schema.compare import compare, keyed
from bot.schema.objects import referenced
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import quote
from bot.sqltext.expressions import bare
from bot.sqltext.names import dotted

# What drivers call PostgreSQL's classes 22 (data exception) and 23 (integrity constraint violation).
_VALUES = re.compile(
    r"(NotNull|Check|Unique|ForeignKey|Exclusion|Integrity)\w*(Violation|Error)"
    r"|(Integrity|Data)Error|DataException|NumericValueOutOfRange|StringData\w+|InvalidText\w+|InvalidDatetime\w+|DatetimeField\w+"
    r"|invalid input (syntax|value)|value too long|out of range|violates|is violated by|contains null values"
    r"|could not create unique index|does not match type bit|DivisionByZero|division by zero|Untranslatable\w+"
    r"|Cardinality\w+|more than one row returned by a subquery"
    r"|unsupported Unicode escape|InvalidParameter\w+|InvalidRegular\w+|NullValueNotAllowed|CharacterNotInRepertoire"
)


def is_data_error(error: StepError) -> bool:
    """Whether a statement failed on values, so that it would have worked on empty tables."""
    return bool(_VALUES.search(f"{error.type} {error.message}"))


def counting(error: StepError, before: Snapshot, after: Snapshot) -> dict[str, str]:
    """Queries on the old database for the number of rows that stand against a constraint, by its name."""
    differences = keyed(compare(before, after))
    return {
        key.name: query
        for key, attributes in _named(f"{error.message}\n{error.log_tail}", after, differences)
        if (query := _query(key, attributes)) is not None
    }


def count(testbed: Testbed, name: str, error: StepError) -> dict[str, int]:
    """How many rows stand against the constraints that the failed step named; functions of the project may run."""
    counts: dict[str, int] = {}
    if not is_data_error(error):
        return counts
    for constraint, query in counting(error, testbed.old, testbed.target).items():
        try:
            with testbed.project_session(name) as connection, connection.cursor() as cursor:
                cursor.execute(f"SET statement_timeout = '{TIMEOUT}'")
                cursor.execute(query)
                counts[constraint] = int((cursor.fetchone() or (0,))[0])
        except psycopg2.Error:
            continue  # it speaks of columns that only come with the upgrade
    return counts


def _query(key: ObjectKey, attributes: Attributes) -> str | None:
    table = quote.qualified(key.schema, key.parent)
    columns = [quote.name(column) for column in attributes.get("columns", [])]
    if attributes.get("type") == "c":
        return f"SELECT count(*) FROM {table} WHERE NOT ({quote.short(attributes['expression'])})"
    if attributes.get("type") == "f":
        parent = quote.qualified(*referenced(attributes))
        pairs = zip(columns, attributes["references_columns"], strict=True)
        same = " AND ".join(f"parent.{quote.name(theirs)} = child.{mine}" for mine, theirs in pairs)
        present = " AND ".join(f"child.{column} IS NOT NULL" for column in columns)
        missing = f"NOT EXISTS (SELECT FROM {parent} parent WHERE {same})"
        return f"SELECT count(*) FROM {table} child WHERE {present} AND {missing}"
    if columns and (attributes.get("type") in ("p", "u") or attributes.get("unique")):
        listed = ", ".join(columns)
        some = f" AND {quote.short(attributes['predicate'])}" if attributes.get("predicate") else ""
        present = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        groups = f"SELECT count(*) AS n FROM {table} WHERE {present}{some} GROUP BY {listed} HAVING count(*) > 1"
        return f"SELECT coalesce(sum(n), 0) FROM ({groups}) AS twins"
    return None


def ask(error: StepError, before: Snapshot, after: Snapshot, counts: Mapping[str, int]) -> list[Decision]:
    """The questions that an error by rows leads to; empty when it names nothing that the change made.

    `counts` are results of the queries that `counting` gave.
    """
    text = f"{error.message}\n{error.log_tail}"
    differences = keyed(compare(before, after))
    found = [*_constraints(text, after, differences, counts), *_columns(text, after, differences)]
    unique: list[Decision] = []
    for asked in found:
        if asked.subject not in {other.subject for other in unique}:
            unique.append(asked)
    return unique


def broken(error: StepError, restrictions: Iterable[Restriction]) -> frozenset[ObjectKey]:
    """The restrictions that an error by rows is about: those that it names, else those of columns that it names."""
    text = f"{error.message}\n{error.log_tail}"
    found = [r.key for r in restrictions if r.key.kind != "column" and f'"{r.key.name}"' in text]
    columns = [r.key for r in restrictions if r.key.kind == "column"]
    return frozenset(found or (key for key in columns if _mentions(text, key.parent) and _mentions(text, key.name)))


def _named(
    text: str, after: Snapshot, differences: dict[ObjectKey, Difference]
) -> Iterator[tuple[ObjectKey, Attributes]]:
    """Constraints and unique indexes of the change that an error names."""
    for key in differences:
        if key.kind in ("constraint", "index") and key in after.objects and f'"{key.name}"' in text:
            yield key, after.objects[key]


def _constraints(
    text: str, after: Snapshot, differences: dict[ObjectKey, Difference], counts: Mapping[str, int]
) -> Iterator[Decision]:
    for key, attributes in _named(text, after, differences):
        columns = [c for c in attributes.get("columns", []) if _is_column(after, key, c)]
        columns = columns or _read_by(str(attributes.get("definition", "")), after, key) or ["?"]
        subject = dotted(key.schema, key.parent, columns[-1])
        yield decision("using", subject, _why(key, attributes, counts.get(key.name)), "open")


def _read_by(definition: str, snapshot: Snapshot, key: ObjectKey) -> list[str]:
    """The columns that an expression names."""
    return [c.name for c in snapshot.children("column", key.schema, key.parent) if _mentions(definition, c.name)]


def _is_column(snapshot: Snapshot, key: ObjectKey, column: str) -> bool:
    return ObjectKey("column", key.schema, key.parent, column) in snapshot.objects


def _why(key: ObjectKey, attributes: Attributes, count: int | None) -> str:
    table = dotted(key.schema, key.parent)
    example = f" ({count} of the bot's rows do)" if count else ""
    what = {
        "c": f"violate the check {key.name} ({bare(str(attributes.get('expression')))})",
        "f": f"refer to nothing, which {key.name} forbids",
        "x": f"exclude each other under {key.name}",
    }.get(str(attributes.get("type")), f"have the same value, which {key.name} forbids")
    subject = dotted(key.schema, key.parent, key.name)
    none = f"If there are none, answer `{command('clean', subject, '')}`."
    return f"Rows of `{table}` may {what}{example}: what becomes of them? {none}"


def _columns(text: str, after: Snapshot, differences: dict[ObjectKey, Difference]) -> Iterator[Decision]:
    """Columns whose type, nullability or expression changes, in the table that the statement spoke of."""
    for key, difference in differences.items():
        if key.kind != "column" or difference.action == "removed":
            continue
        changed = {*(difference.before or {}), *(difference.after or {})}
        if difference.action == "changed" and not changed & {"type", "not_null"}:
            continue
        if not _mentions(text, key.parent) or not _mentions(text, key.name):
            continue
        subject = dotted(key.schema, key.parent, key.name)
        attributes = after.objects[key]
        if "not_null" in changed and "null value" in text.lower():
            question = f"What do existing rows get in `{subject}`, which must not be NULL?"
            yield decision("fill", subject, question, "open")
        elif difference.action == "changed":
            question = (
                f"Some values of `{subject}` do not fit `{quote.short(attributes['type'])}`: what becomes of them?"
            )
            yield decision("using", subject, question, "open")


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
