"""A distinct value for each row of a unique column whose real values are gone.

In: a type's name. Out: SQL, or None where no such value is known.
"""

from bot.migration.planner.casts import bare

# A row's place: ctid is "(page,line)"; a page has fewer than 512 lines.
_PLACE = "((ctid::text::point)[0] * 512 + (ctid::text::point)[1])"
_MOMENT = f"to_timestamp({_PLACE})"
_VALUES = {
    "uuid": "gen_random_uuid()",
    "date": f"DATE '2000-01-01' + {_PLACE}::integer",
    "timestamp with time zone": _MOMENT,
    "timestamp without time zone": f"{_MOMENT}::timestamp",
    "time without time zone": f"TIME '00:00' + {_PLACE} * INTERVAL '1 second'",
    "time with time zone": f"TIMETZ '00:00+00' + {_PLACE} * INTERVAL '1 second'",
    "interval": f"{_PLACE} * INTERVAL '1 second'",
    "bytea": f"int8send({_PLACE}::bigint)",
    "inet": f"INET '0.0.0.0' + {_PLACE}::bigint",
    "cidr": f"(INET '0.0.0.0' + {_PLACE}::bigint)::cidr",
    "macaddr": f"lpad(to_hex({_PLACE}::bigint), 12, '0')::macaddr",
    "jsonb": f"to_jsonb({_PLACE})",
    "tsvector": f"{_PLACE}::text::tsvector",
    "money": f"{_PLACE}::numeric::money",
    "daterange": f"daterange(DATE '2000-01-01' + {_PLACE}::integer, NULL)",
    "tsrange": f"tsrange({_MOMENT}::timestamp, NULL)",
    "tstzrange": f"tstzrange({_MOMENT}, NULL)",
    "numrange": f"numrange({_PLACE}::numeric, NULL)",
    "int4range": f"int4range({_PLACE}::integer, NULL)",
    "int8range": f"int8range({_PLACE}::bigint, NULL)",
}
_NUMBERS = {"smallint", "integer", "bigint", "numeric", "real", "double precision", "oid"}
_TEXTS = {"text", "character varying", "character", "citext"}


def distinct(type_name: str) -> str | None:
    """A value of the type that no other row of the table gets."""
    if type_name.endswith("[]"):
        element = distinct(type_name.removesuffix("[]"))
        return f"ARRAY[{element}]::{type_name}" if element else None
    plain = bare(type_name)
    if plain in _NUMBERS:
        return f"{_PLACE}::bigint::{type_name}" if plain == "oid" else f"{_PLACE}::{type_name}"
    if plain in _TEXTS:
        return f"{_PLACE}::text::{type_name}"
    if plain == "bit":
        return f"{_PLACE}::bigint::{type_name}"
    return _VALUES.get(plain)
