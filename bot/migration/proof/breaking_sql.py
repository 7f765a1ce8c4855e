"""Conditions that hold for rows which a constraint or a type refuses. Pure.

In: definitions as the server writes them. Out: SQL over the old tables, whose columns have their new names in it.
"""

import re

from bot.migration.planner.casts import bare, family
from bot.migration.proof.row_plans import Table
from bot.schema.objects import type_key
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import quote
from bot.sqltext.statements import tokens

_INTEGERS = {"smallint": 15, "integer": 31, "bigint": 63}
_ASKS_TYPES = 16  # the first major version with pg_input_is_valid
_READABLE = {"number", "moment", "time", "json", "network", "boolean", "uuid", "interval", "bytea"}


def name(identifier: str) -> str:
    return quote.name(identifier)


def source(table: Table, new: Table, columns: dict[str, str]) -> str:
    """The old table, as something that has the new names."""
    there = quote.qualified(*table)
    if table[1] == new[1] and all(old == called for called, old in columns.items()):
        return there
    listed = ", ".join(f"{name(old)} AS {name(called)}" for called, old in columns.items())
    return f"(SELECT {listed}, tableoid, ctid FROM {there}) AS {name(new[1])}"


def mentions(text: str, column: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(column)}(?!\w)", text) is not None


def renamed(text: str, names: dict[str, str]) -> str:
    """A definition with other names of columns."""
    return "".join(_replaced(kind, word, names) for kind, word, _ in tokens(text))


def _replaced(kind: str, word: str, names: dict[str, str]) -> str:
    plain = word[1:-1].replace('""', '"') if kind == "quoted" and word.startswith('"') else word
    return name(names[plain]) if kind in ("word", "quoted") and plain in names and not word.startswith("'") else word


def keys(attributes: Attributes) -> list[str]:
    """What must differ, as expressions."""
    if attributes.get("type"):
        return [name(column) for column in attributes["columns"]]
    return [_expression(part) for part in _cut(attributes["definition"].partition(" USING ")[2])[0]]


def _cut(text: str) -> tuple[list[str], str]:
    """The elements between the first parentheses, and what follows."""
    found, depth, start = list[str](), 0, 0
    for kind, word, position in tokens(text):
        if kind != "other":
            continue
        if word == "(":
            depth += 1
            start = position + 1 if depth == 1 else start
        elif word == ")":
            depth -= 1
            if depth == 0:
                return [*found, text[start:position].strip()], text[position + 1 :]
        elif word == "," and depth == 1:
            found.append(text[start:position].strip())
            start = position + 1
    return found, ""


def _expression(element: str) -> str:
    """An index element without its operator class and order."""
    element = re.sub(r"(?<!\s)\s+(ASC|DESC|NULLS FIRST|NULLS LAST)\b", "", element)
    depth, end = 0, len(element)
    for kind, word, position in tokens(element):
        depth += {"(": 1, ")": -1}.get(word, 0) if kind == "other" else 0
        if kind == "space" and depth == 0 and " COLLATE " not in element:
            end = position
            break
    return element[:end]


_LITERAL = re.compile(r"'(?:[^']|'')*'(?:::[a-z][\w. ]*(?:\[\])?)?")
_FAILING = re.compile(
    r"::(?!text\b|character varying\b)|\b(?!(?:lower|upper|btrim|coalesce|and|or|not|in|row)\()\w+\(|[/*+%]|-(?!>)",
    re.IGNORECASE,
)


def may_fail(expression: str) -> bool:
    """Whether an expression casts, calculates or calls what may refuse a value."""
    return _FAILING.search(_LITERAL.sub("''", expression)) is not None


def _present(keys_: list[str], predicate: str | None, nulls: bool) -> str:
    conditions = [] if nulls else [f"{key} IS NOT NULL" for key in keys_]
    return " AND ".join([*conditions, *([f"({predicate})"] if predicate else [])]) or "true"


def twins(place: str, keys_: list[str], predicate: str | None, nulls: bool) -> str:
    """Rows that share their key with another one, but for the first of them."""
    groups = (
        f"SELECT unnest((array_agg(ctid))[2:]) FROM {place} WHERE {_present(keys_, predicate, nulls)}"
        f" GROUP BY {', '.join(keys_)} HAVING count(*) > 1"
    )
    return f"ctid IN ({groups})"


def counting_twins(place: str, keys_: list[str], predicate: str | None, nulls: bool) -> str:
    """The number of rows that share their key with another one."""
    groups = (
        f"SELECT count(*) AS n FROM {place} WHERE {_present(keys_, predicate, nulls)}"
        f" GROUP BY {', '.join(keys_)} HAVING count(*) > 1"
    )
    return f"SELECT coalesce(sum(n), 0) FROM ({groups}) AS twins"


def orphans(attributes: Attributes, parent: str | None) -> str:
    """Rows that refer to nothing; `parent` is None for a table that comes with the change."""
    mine = [name(column) for column in attributes["columns"]]
    theirs = [name(column) for column in attributes["references_columns"]]
    present = " AND ".join(f"{column} IS NOT NULL" for column in mine)
    listed = f"({', '.join(mine)})"
    missing = "true"
    if parent is not None:
        known = " AND ".join(f"{column} IS NOT NULL" for column in theirs)
        missing = f"{listed} NOT IN (SELECT {', '.join(theirs)} FROM {parent} WHERE {known})"
    refused = f"{present} AND {missing}"
    if attributes.get("match") != "FULL" or len(mine) == 1:
        return refused
    some = " OR ".join(f"{column} IS NOT NULL" for column in mine)
    return f"(({refused}) OR (({some}) AND NOT ({present})))"


def exclusion(definition: str) -> tuple[list[tuple[str, str]], str | None]:
    """The expressions of an exclusion constraint, each with the operator that two rows must not fulfil; its predicate.

    A key WITHOUT OVERLAPS is one as well.
    """
    elements, rest = _cut(definition.partition(" USING ")[2] or definition)
    predicate = ", ".join(_cut(rest)[0]) if rest.lstrip().startswith("WHERE") else None
    return [_compared(element) for element in elements], predicate


def _compared(element: str) -> tuple[str, str]:
    expression, found, operator = element.rpartition(" WITH ")
    if found:
        return _expression(expression), operator
    column = element.removesuffix(" WITHOUT OVERLAPS")
    return column, "=" if column == element else "&&"


def excluding(source: str, definition: str) -> str:
    """Rows that stand against another one."""
    elements, predicate = exclusion(definition)
    listed = ", ".join(f"{expression} AS k{i}" for i, (expression, _) in enumerate(elements))
    rows = f"(SELECT ctid AS place, {listed} FROM {source} WHERE {predicate or 'true'})"
    against = " AND ".join(f"one.k{i} {operator} other.k{i}" for i, (_, operator) in enumerate(elements))
    return f"ctid IN (SELECT one.place FROM {rows} one, {rows} other WHERE one.place > other.place AND {against})"


def altered(column: str, before: Attributes, after: Attributes) -> str | None:
    """Rows whose value another type takes, but does not keep."""
    if "user" in (before.get("type_kind"), after.get("type_kind")) or after.get("type_kind") != "base":
        return None
    return f"{name(column)}::{after['type']}::{before['type']}::text IS DISTINCT FROM {name(column)}::text"


def refused(old: Snapshot, target: Snapshot, column: str, before: Attributes, after: Attributes) -> str | None:
    """Rows whose value a column's new type, or the new checks of its domain, cannot take."""
    if before["type"].endswith("[]") and after["type"].endswith("[]"):
        inner = _refused(old, target, "item", _element(before), _element(after))
        return f"EXISTS (SELECT FROM unnest({name(column)}) AS item WHERE {inner})" if inner else None
    return _refused(old, target, name(column), before, after)


def _element(attributes: Attributes) -> Attributes:
    return {**attributes, "type": attributes["type"].removesuffix("[]")}


def _refused(old: Snapshot, target: Snapshot, value: str, before: Attributes, after: Attributes) -> str | None:
    was, now = before["type"], after["type"]
    if after.get("type_kind") == "domain":
        return _refused_by_domain(old, target, value, before, after)
    if after.get("type_kind") == "enum":
        return _refused_by_enum(old, target, value, before, after)
    if was == now:
        return None
    sizes = [int(number) for number in re.findall(r"\d+", now.partition("(")[2])]
    if bare(now) in ("character varying", "character") and family(was) == "text" and sizes:
        return f"length(rtrim({value}::text)) > {sizes[0]}"
    if family(was) == "number" and bare(now) in _INTEGERS:
        edge = 2 ** _INTEGERS[bare(now)]
        return f"round({value}::numeric) NOT BETWEEN {-edge} AND {edge - 1}"
    if family(was) == "number" and bare(now) == "numeric" and sizes:
        scale = sizes[1] if len(sizes) > 1 else 0
        exact = f"{value}::numeric"
        return f"({exact} <> 'NaN' AND abs(round({exact}, {scale})) >= 1{'0' * (sizes[0] - scale)})"
    if family(was) == "text" and family(now) in _READABLE and old.server_major >= _ASKS_TYPES:
        return f"NOT pg_input_is_valid({value}::text, {quote.literal(now)})"
    return None


def _refused_by_enum(old: Snapshot, target: Snapshot, value: str, before: Attributes, after: Attributes) -> str | None:
    labels = _of_type("enum", target, after).get("labels") or []
    known = _of_type("enum", old, before).get("labels") or []
    if before.get("type_kind") == "enum" and set(known) <= set(labels):
        return None
    return f"{value}::text NOT IN ({', '.join(map(quote.literal, labels))})" if labels else None


def _refused_by_domain(
    old: Snapshot, target: Snapshot, value: str, before: Attributes, after: Attributes
) -> str | None:
    domain = _of_type("domain", target, after)
    known = _of_type("domain", old, before) if before.get("type_kind") == "domain" else {}
    kept = {constraint["definition"] for constraint in known.get("constraints", []) if constraint["validated"]}
    fresh = [c for c in domain.get("constraints", []) if c["validated"] and c["definition"] not in kept]
    found = [f"NOT {_of_value(c['definition'], value)}" for c in fresh]
    if not known and domain:
        base = _refused(old, target, value, before, {"type": domain["base"], "type_kind": "base"})
        found += [base] if base else []
    return f"({' OR '.join(found)})" if found else None


def _of_value(definition: str, value: str) -> str:
    """A domain's check of a value, without the word CHECK."""
    words = ((word, kind) for kind, word, _ in tokens(definition.partition("CHECK")[2].removesuffix(" NOT VALID")))
    return "".join(value if kind == "word" and word == "VALUE" else word for word, kind in words).strip()


def _of_type(kind: str, snapshot: Snapshot, attributes: Attributes) -> Attributes:
    key = type_key(kind, attributes)
    return snapshot.objects.get(key, {})
