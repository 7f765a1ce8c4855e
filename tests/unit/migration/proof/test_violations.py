"""Errors by rows: which they are, which constraints and columns they are about, and what is asked then."""

from typing import Any

import pytest

from bot.migration.proof.restrictions import Restriction
from bot.migration.proof.violations import ask, broken, count, counting, is_data_error
from bot.model import ObjectKey, StepError
from bot.schema.snapshots import Snapshot

INTEGER: dict[str, object] = {
    "type": "integer",
    "not_null": False,
    "default": None,
    "generated": None,
    "identity": None,
}
REFERS = {"references_schema": "public", "references_table": "p", "references_columns": ["x", "y"]}
CHECK = {"type": "c", "columns": ["a"], "expression": "(a > 0)"}
SAME = "have the same value, which new forbids"
UNIQUE = {"type": "u", "columns": ["a", "b"]}


def key(kind: str, name: str, table: str = "t") -> ObjectKey:
    return ObjectKey(kind, "public", table, name)


def snapshot(objects: dict[ObjectKey, Any] | None = None, **columns: dict[str, object]) -> Snapshot:
    """A table with two columns, other ones as given, and more objects."""
    there = {key("column", name): {**INTEGER, **columns.get(name, {})} for name in ("a", "b", *columns)}
    return Snapshot({ObjectKey("table", "public", "", "t"): {}, **there, **(objects or {})})


def error(message: str, log_tail: str = "") -> StepError:
    return StepError(type="database", message=message, log_tail=log_tail)


@pytest.mark.parametrize(
    ("message", "of_rows"),
    [
        ("DataException: range lower bound must be less than or equal to range upper bound", True),
        ("CheckViolation: check constraint is violated by some row", True),
        ("NotNullViolation", True),
        ("ForeignKeyViolationError", True),
        ("IntegrityError", True),
        ("sqlalchemy.exc.DataError", True),
        ("NumericValueOutOfRange", True),
        ("StringDataRightTruncation", True),
        ("InvalidTextRepresentation", True),
        ("DatetimeFieldOverflow", True),
        ("invalid input syntax for type integer", True),
        ("value too long for type character varying(3)", True),
        ("integer out of range", True),
        ("column contains null values", True),
        ("could not create unique index", True),
        ("bit string length 3 does not match type bit(4)", True),
        ("division by zero", True),
        ("UntranslatableCharacter", True),
        ("CardinalityViolation", True),
        ("more than one row returned by a subquery used as an expression", True),
        ("unsupported Unicode escape sequence", True),
        ("InvalidParameterValue", True),
        ("InvalidRegularExpression", True),
        ("NullValueNotAllowed", True),
        ("CharacterNotInRepertoire", True),
        ("UndefinedColumn: column does not exist", False),
        ("LockNotAvailable: canceling statement due to lock timeout", False),
        ("RaiseException: not today", False),
    ],
)
def test_errors_that_empty_tables_would_not_raise(message: str, of_rows: bool) -> None:
    assert is_data_error(error(message)) is of_rows


def test_the_class_of_an_error_tells_as_well() -> None:
    assert is_data_error(StepError(type="UniqueViolation", message="doppelt", log_tail=""))


@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        ("constraint", CHECK, "SELECT count(*) FROM t WHERE NOT ((a > 0))"),
        (
            "constraint",
            {"type": "f", "columns": ["a", "b"], **REFERS},
            "SELECT count(*) FROM t child WHERE child.a IS NOT NULL AND child.b IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM p parent WHERE parent.x = child.a AND parent.y = child.b)",
        ),
        (
            "constraint",
            UNIQUE,
            "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM t WHERE a IS NOT NULL AND b IS NOT NULL"
            " GROUP BY a, b HAVING count(*) > 1) AS twins",
        ),
        (
            "constraint",
            {"type": "p", "columns": ["a"]},
            "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM t WHERE a IS NOT NULL"
            " GROUP BY a HAVING count(*) > 1) AS twins",
        ),
        (
            "index",
            {"unique": True, "columns": ["a"], "predicate": "(b > 0)"},
            "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM t WHERE a IS NOT NULL AND (b > 0)"
            " GROUP BY a HAVING count(*) > 1) AS twins",
        ),
        ("index", {"unique": False, "columns": ["a"]}, None),
        ("index", {"unique": True, "columns": []}, None),
        ("constraint", {"type": "x", "columns": ["a"]}, None),
        ("trigger", CHECK, None),
    ],
)
def test_rows_that_stand_against_a_constraint_are_counted(
    kind: str, attributes: dict[str, object], expected: str | None
) -> None:
    after = snapshot({key(kind, "new"): attributes})
    wanted = {} if expected is None else {"new": expected}
    assert counting(error('violates "new"'), snapshot(), after) == wanted
    assert counting(error("violates", 'constraint "new"'), snapshot(), after) == wanted
    assert counting(error('violates "other", new'), snapshot(), after) == {}
    assert counting(error('violates "new"'), after, after) == {}
    assert counting(error('violates "new"'), after, snapshot()) == {}


@pytest.mark.parametrize(
    ("kind", "attributes", "subject", "what"),
    [
        ("constraint", CHECK, "t.a", "violate the check new (a > 0)"),
        ("constraint", {"type": "f", "columns": ["a", "b"], **REFERS}, "t.b", "refer to nothing, which new forbids"),
        ("constraint", {"type": "x", "columns": ["a"]}, "t.a", "exclude each other under new"),
        ("constraint", UNIQUE, "t.b", SAME),
        ("index", {"unique": True, "columns": ["b"]}, "t.b", SAME),
        # An expression is no column; the ones that it reads are.
        (
            "index",
            {"unique": True, "columns": ["lower(b)"], "definition": "… (lower(b))"},
            "t.b",
            SAME,
        ),
        ("index", {"unique": True, "columns": [], "definition": "… (ab, b_a)"}, "t.?", SAME),
    ],
)
def test_what_becomes_of_rows_that_a_constraint_refuses(
    kind: str, attributes: dict[str, object], subject: str, what: str
) -> None:
    after = snapshot({key(kind, "new"): attributes})
    (asked,) = ask(error('violates "new"'), snapshot(), after, {})
    assert (asked.kind, asked.subject, asked.decided) == ("using", subject, "open")
    rest = "what becomes of them? If there are none, answer `/migration clean t.new`."
    assert asked.question == f"Rows of `t` may {what}: {rest}"
    (counted,) = ask(error('violates "new"'), snapshot(), after, {"new": 3})
    assert counted.question == f"Rows of `t` may {what} (3 of the bot's rows do): {rest}"
    assert ask(error('violates "other"'), snapshot(), after, {}) == []


def test_one_question_for_each_column() -> None:
    after = snapshot(
        {key("constraint", "one"): CHECK, key("constraint", "two"): CHECK, key("constraint", "three"): UNIQUE}
    )
    asked = ask(error('"one" "two" "three"', "t"), snapshot(), after, {})
    assert [found.subject for found in asked] == ["t.a", "t.b"]


def test_a_constraint_that_becomes_another_is_no_column() -> None:
    before, after = snapshot({key("constraint", "new"): CHECK}), snapshot({key("constraint", "new"): UNIQUE})
    assert [found.subject for found in ask(error('"new" of t'), before, after, {})] == ["t.b"]


NOT_NULL: dict[str, object] = {"not_null": True}


@pytest.mark.parametrize(
    ("before", "after", "message", "kinds"),
    [
        ({}, {"a": NOT_NULL}, 'null value in column "a" of "t"', ["fill"]),
        ({}, {"a": NOT_NULL}, 'Null Value in column "a" of "t"', ["fill"]),
        ({}, {"a": NOT_NULL}, 'null value in column "a" of "u"', []),
        ({}, {"a": NOT_NULL}, 'null value in column "aa" of "t"', []),
        ({}, {"c": NOT_NULL}, 'null value in column "c" of "t"', ["fill"]),
        ({}, {"c": {}}, 'column "c" of "t"', []),
        ({"c": {}}, {}, 'null value in column "c" of "t"', []),
        ({}, {"a": {"type": "date"}}, 'invalid input for "a" of "t"', ["using"]),
        ({}, {"a": {"type": "date"}}, 'null value in column "a" of "t"', ["using"]),
        ({}, {"a": {"type": "date", **NOT_NULL}}, 'invalid input for "a" of "t"', ["using"]),
        ({}, {"a": {"default": "1"}}, 'null value in column "a" of "t"', []),
        ({}, {"a": {"default": "1"}}, 'invalid input for "a" of "t"', []),
    ],
)
def test_what_becomes_of_values_that_a_column_refuses(
    before: dict[str, Any], after: dict[str, Any], message: str, kinds: list[str]
) -> None:
    asked = ask(error(message), snapshot(**before), snapshot(**after), {})
    assert [found.kind for found in asked] == kinds
    assert all(found.decided == "open" for found in asked)


def test_the_words_of_both_questions() -> None:
    (fill,) = ask(error("null value: a t"), snapshot(), snapshot(a=NOT_NULL), {})
    assert fill.question == "What do existing rows get in `t.a`, which must not be NULL?"
    (using,) = ask(error("invalid: a t"), snapshot(), snapshot(a={"type": "date"}), {})
    assert using.question == "Some values of `t.a` do not fit `date`: what becomes of them?"


def test_nothing_is_counted_for_an_error_of_another_kind() -> None:
    nowhere: Any = None
    assert count(nowhere, "trial", error('UndefinedObject: constraint "new" does not exist')) == {}


def test_restrictions_that_an_error_names_are_broken_and_else_those_of_its_columns() -> None:
    made = [
        Restriction(found, ("public", "t"), {}, "t", "row", "")
        for found in (
            key("constraint", "ck"),
            key("index", "ix"),
            key("column", "a"),
            key("column", "b"),
            key("column", "a", "u"),
        )
    ]
    assert broken(error('"ck" of a in t'), made) == {key("constraint", "ck")}
    assert broken(error("x", 'log: "ix"'), made) == {key("index", "ix")}
    assert broken(error('column "a" of "t"'), made) == {key("column", "a")}
    assert broken(error('column "a"'), made) == broken(error("t alone, ck"), made) == frozenset()
