"""Columns by chance: types with defaults, checks and expressions that fit them."""

from dataclasses import dataclass

from hypothesis import strategies as st

from benchmarks.pairs.shape import Column, Enum

# Words that SQL reserves, signs that have to be quoted, letters beyond ASCII, the longest name there is.
NAMES = "name title amount status created_at owner note price total code flag email rank score label kind".split()
NAMES += "order user select Group CamelCase a_rather_long_name_that_is_just_as_long_as_postgresql_allows_ok".split()
NAMES += ["two words", "it's", 'quo"ted', "größe", "per%cent", "co:lon", "dot.ted", "back\\slash", "日本", "1st"]
TABLES = "account person invoice item event log session Order user_group tag setting device".split()
TABLES += ["two words", "größen", 'quo"ted', "dotted.name"]
COMMENTS = ["", "", "", "plain", 'it\'s 100% :x \\ "q"', "two\nlines", "größe 日本 😀"]
LABELS = ["new", "open", "it's", "two words", "größe", "UPPER", "closed", "on:hold", "50%", 'quo"ted', "back\\slash"]


@dataclass(frozen=True)
class Kind:
    """What goes with a type: defaults as SQL, checks that ordinary rows pass, whether values are told apart."""

    defaults: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    distinct: bool = True
    ordered: bool = True
    expression: str = ""


_NUMBER = Kind(("0", "1", "-1", "42"), ("{} > -1000000", "{} <> 77", "{} BETWEEN -5 AND 30000"), expression="({} + 1)")
_TEXT = Kind(
    ("''", "'it''s'", "'a\\b'", "'50% :x'", "'größe'", "lower('ABC')", "NULL"),
    ("char_length({}) < 5000", "{} <> 'forbidden'", "{} NOT LIKE '%~~%'", "lower({}) <> 'x'"),
    expression="lower({})",
)
_TIME = Kind(("now()", "CURRENT_TIMESTAMP", "'2024-01-01 10:00:00'"), ("{} > '1000-01-01'",))
KINDS: dict[str, Kind] = {
    "sa.Integer()": _NUMBER,
    "sa.BigInteger()": _NUMBER,
    "sa.SmallInteger()": Kind(("0", "1"), ("{} > -30000",), expression="({} * 2)"),
    "sa.Numeric(10, 2)": Kind(("0", "0.5", "-1.25"), ("{} > -1000000",)),
    "sa.Numeric(14, 4)": Kind(("0", "0.5"), ("{} > -1000000",)),
    "sa.Double()": Kind(("0", "1.5"), ("{} > -1000000",)),
    "sa.Text()": _TEXT,
    "sa.String(60)": _TEXT,
    "sa.String(200)": _TEXT,
    "sa.CHAR(12)": Kind(("'x'",), ("{} <> 'forbidden'",)),
    "sa.Boolean()": Kind(("true", "false"), distinct=False),
    "sa.Date()": Kind(("CURRENT_DATE", "'2024-01-01'"), ("{} > '1000-01-01'",)),
    "sa.DateTime()": _TIME,
    "sa.DateTime(timezone=True)": _TIME,
    "sa.Time()": Kind(("'10:00'", "LOCALTIME")),
    "sa.Interval()": Kind(("'1 day'", "'01:00:00'")),
    "sa.LargeBinary()": Kind(("'\\x00ff'",)),
    "sa.Uuid()": Kind(("gen_random_uuid()", "'00000000-0000-4000-8000-000000000009'")),
    "pg.JSONB()": Kind(("'{}'", "'[]'", "'{\"a\": [1, \"it''s\"]}'"), ("jsonb_typeof({}) <> 'null'",)),
    "sa.JSON()": Kind(("'{}'",), distinct=False, ordered=False),
    "pg.ARRAY(sa.Integer())": Kind(("'{}'", "ARRAY[1, 2]"), ("cardinality({}) < 1000",)),
    "pg.ARRAY(sa.Text())": Kind(("'{}'", "'{a,\"b c\"}'"), ()),
    "pg.INET()": Kind(("'127.0.0.1'",)),
    "pg.CIDR()": Kind(("'10.0.0.0/8'",)),
    "pg.MACADDR()": Kind(),
    "pg.BIT(8)": Kind(("B'00000000'",)),
    "pg.TSVECTOR()": Kind(),
    "pg.INT4RANGE()": Kind(("'[1,5)'", "'empty'")),
    "pg.TSTZRANGE()": Kind(),
}
COMPUTED = {"sa.Integer()": "({} * 2)", "sa.BigInteger()": "({} % 7)", "sa.Text()": "upper({})"}
# Kinds of indexes other than the ordinary one.
METHODS = {
    "sa.Text()": "hash",
    "sa.Integer()": "hash",
    "sa.Date()": "brin",
    "pg.JSONB()": "gin",
    "pg.TSVECTOR()": "gin",
    "pg.ARRAY(sa.Integer())": "gin",
    "pg.INT4RANGE()": "gist",
}
KEYS = ["sa.Integer()", "sa.BigInteger()", "sa.Uuid()", "sa.String(60)"]


def kind_of(column: Column) -> Kind:
    """What goes with a column's type."""
    return KINDS.get(column.type, Kind(distinct=False))


def default_of(draw: st.DrawFn, kind: str, enums: tuple[Enum, ...]) -> str:
    """A default that fits the type."""
    if kind.startswith("enum "):
        labels = next(enum.labels for enum in enums if str(enum.number) == kind.split()[1])
        label: str = draw(st.sampled_from(labels))
        return "'" + label.replace("'", "''") + "'"
    defaults = KINDS[kind].defaults
    return draw(st.sampled_from(defaults)) if defaults else ""


@st.composite
def columns(draw: st.DrawFn, name: str, enums: tuple[Enum, ...]) -> Column:
    """An ordinary column: no key, nothing computed."""
    kind = draw(st.sampled_from([*KINDS, *(f"enum {enum.number}" for enum in enums)]))
    return Column(
        name,
        kind,
        nullable=draw(st.booleans()),
        default=default_of(draw, kind, enums) if draw(st.integers(0, 2)) == 0 else "",
        comment=draw(st.sampled_from(COMMENTS)),
    )
