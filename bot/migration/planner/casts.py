"""How values of one PostgreSQL type become values of another.

The families and what is cast by assignment: PostgreSQL manual, "Type Conversion", and catalog pg_cast.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_FAMILIES = {
    "number": {"smallint", "integer", "bigint", "numeric", "real", "double precision"},
    "text": {"text", "character varying", "character", "citext", "name"},
    "moment": {"date", "timestamp without time zone", "timestamp with time zone"},
    "time": {"time without time zone", "time with time zone"},
    "json": {"json", "jsonb"},
    "network": {"inet", "cidr"},
}
_INTEGERS = {"smallint", "integer", "bigint"}
_RANGES = {
    "int4range": {"smallint", "integer"},
    "int8range": {"smallint", "integer", "bigint"},
    "numrange": {"smallint", "integer", "bigint", "numeric"},
    "daterange": {"date"},
    "tsrange": {"timestamp without time zone"},
    "tstzrange": {"timestamp with time zone"},
}
# Types whose values may stand in one comparison without a cast.
_ALIKE = ({"smallint", "integer", "bigint"}, {"text", "character varying"}, {"inet", "cidr"})


@dataclass(frozen=True)
class Conversion:
    """`using` is the SQL, None where the server converts by itself; `question` is for the author, who alone may know.

    `needs_answer` says that the SQL is right for empty tables alone, `may_be_null` that it makes NULL of some values.
    """

    using: str | None
    question: str = ""
    needs_answer: bool = False
    may_be_null: bool = False


@lru_cache(maxsize=1024)
def bare(type_name: str) -> str:
    """The type without length, precision and array brackets: `numeric(10,2)[]` → `numeric`."""
    return re.sub(r"(?<!\s)\s*\([^()]*\)", "", type_name).replace("[]", "").strip()


def family(type_name: str) -> str:
    """A word shared by types that convert among each other by assignment."""
    if type_name.endswith("[]"):
        return family(type_name[:-2]) + "[]"
    plain = bare(type_name)
    return next((word for word, members in _FAMILIES.items() if plain in members), plain)


def keeps_operators(before: str, after: str) -> bool:
    """Whether expressions and foreign keys that were parsed for one type stay valid for the other."""
    if before.endswith("[]") != after.endswith("[]"):
        return False
    one, other = bare(before), bare(after)
    return one == other or any(one in alike and other in alike for alike in _ALIKE)


def convert(column: str, before: str, after: str, *, back: bool = False) -> Conversion:
    """How `column` (quoted already) gets its new type; on the way `back` a text is that of such a value."""
    old, new = family(before), family(after)
    cast = f"{column}::{after}"
    if back and old == "text" and new != "text":
        return Conversion(cast)
    if old == new:
        # bit strings of another length are refused without an explicit cast
        return Conversion(cast if bare(after) in ("bit", "bit varying") else None)
    if new.endswith("[]") != old.endswith("[]") and new != "text":
        return _array(column, before, after)
    if bare(before) == "inet" and not before.endswith("[]") and new == "text":
        # The cast writes 10.0.0.1/32 for the host 10.0.0.1
        return Conversion(f"abbrev({column})")
    if new == "text":
        return Conversion(None)
    if new == "boolean" and old == "number":
        return Conversion(f"{column} <> 0")
    if old == "boolean" and new == "number":
        return Conversion(cast if bare(after) == "integer" else f"{column}::integer")
    if old == "text" and bare(after) != "tsvector":
        return Conversion(cast)
    if (old, new) in {("moment", "time"), ("bit", "number"), ("number", "bit"), ("money", "number")}:
        return Conversion(cast)
    if old == "number" and bare(after) == "money":
        return Conversion(f"{column}::numeric::money")
    return _converted_by_answer(column, before, after)


def _converted_by_answer(column: str, before: str, after: str) -> Conversion:
    """Conversions of which only the author can know whether they are meant."""
    old, new = family(before), family(after)
    if bare(after) in _RANGES and bare(before) in _RANGES[bare(after)]:
        # A range of NULL would be one without bounds.
        using = f"CASE WHEN {column} IS NOT NULL THEN {bare(after)}({column}, {column}, '[]') END"
        return Conversion(using, "the range of this one value?")
    if bare(after) == "tsvector":
        return Conversion(f"to_tsvector('simple', {column}::text)", "which words are to be found?")
    if (bare(before) in _INTEGERS and new == "moment") or (old == "moment" and new == "number"):
        return Conversion(_epoch(column, old, after), "are the numbers seconds since 1970?")
    # Through text: works when the values read the same (one enum to another), fails loudly when not.
    return Conversion(f"{column}::text::{after}", _question(before, after), needs_answer=_is_hopeless(before, after))


def _is_hopeless(before: str, after: str) -> bool:
    names = bare(before), bare(after)
    ranges = [name.endswith("range") for name in names]
    return not all(ranges) and all(is_range or name in _BUILT_IN for name, is_range in zip(names, ranges, strict=True))


def _array(column: str, before: str, after: str) -> Conversion:
    """A single value becomes an array, or the other way round."""
    if after.endswith("[]"):
        item = convert(column, before, after.removesuffix("[]"))
        using = f"CASE WHEN {column} IS NOT NULL THEN ARRAY[{item.using or column}]::{after} END"
        return Conversion(using, "one element for each value?", needs_answer=item.needs_answer)
    first = convert(f"{column}[1]", before.removesuffix("[]"), after)
    using = first.using or f"{column}[1]"
    return Conversion(using, "the first element of each array?", needs_answer=first.needs_answer, may_be_null=True)


def _epoch(column: str, old: str, after: str) -> str:
    if old == "number":
        return f"to_timestamp({column})::{after}"
    return f"extract(epoch FROM {column})::{after}"


def _question(before: str, after: str) -> str:
    return f"how does {before} become {after}?"


# Types whose texts mean nothing to each other, as far as they are not of one family; ranges aside.
_BUILT_IN = {
    *(member for members in _FAMILIES.values() for member in members),
    *("boolean", "uuid", "interval", "bytea", "macaddr", "bit", "bit varying", "tsvector", "tsquery"),
}

# What rows get where the real value is gone for good (the way back of a dropped column).
_NEUTRAL = {
    "number": "0",
    "text": "''",
    "moment": "now()",
    "time": "'00:00'",
    "json": "'{}'",
    "network": "'0.0.0.0'",
    "boolean": "false",
    "uuid": "gen_random_uuid()",
    "bytea": "''",
    "interval": "'0'",
    "money": "0",
    "hstore": "''",
    "tsvector": "''",
    "bit varying": "''",
    "xml": "''",
    "point": "'(0,0)'",
    "macaddr": "'00:00:00:00:00:00'",
    "tsquery": "''",
    "ltree": "''",
    "oid": "0",
}


def neutral(type_name: str) -> str | None:
    """A value of the type that means as little as possible, as SQL; None when there is none."""
    if type_name.endswith("[]"):
        return "'{}'"
    if bare(type_name) == "bit":
        return f"B'0'::{type_name}" if "(" in type_name else "B'0'"
    if bare(type_name).endswith(("range", "multirange")):
        return "'empty'" if not bare(type_name).endswith("multirange") else "'{}'"
    return _NEUTRAL.get(family(type_name))
