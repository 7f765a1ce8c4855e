"""Values for a great many rows, as SQL expressions over the number of a row, `i`. Pure.

In: the name of a type. Out: an expression, or None for a type of which the server makes no values by itself.
"""

import re

from bot.migration.planner.casts import bare

_HASH = "(pg_catalog.hashint8(i)::bigint & 2147483647)"  # spread, and the same for the same row
_SEQUENTIAL = {
    "smallint": "(i % 65536 - 32768)",
    "integer": "(i % 2147483648)",
    "bigint": "i",
    "real": "i",
    "double precision": "i",
    "oid": "(i % 4294967296)",
    "text": "i::text",
    "citext": "i::text",
    "uuid": "pg_catalog.md5(i::text)::uuid",
    "bytea": "pg_catalog.decode(pg_catalog.md5(i::text), 'hex')",
    "date": "('2000-01-01'::date + (i % 1000000)::integer)",
    "timestamp without time zone": "('2000-01-01'::timestamp + i * interval '1 second')",
    "timestamp with time zone": "('2000-01-01 00:00:00+00'::timestamptz + i * interval '1 second')",
    "inet": "('10.0.0.0'::inet + i % 16777216)",
}
_SPREAD = {
    "smallint": f"({_HASH} % 32768)",
    "integer": _HASH,
    "bigint": _HASH,
    "real": f"({_HASH} / 1000.0)",
    "double precision": f"({_HASH} / 1000.0)",
    "text": "pg_catalog.md5(i::text)",
    "citext": "pg_catalog.md5(i::text)",
    "uuid": _SEQUENTIAL["uuid"],
    "date": f"('2000-01-01'::date + ({_HASH} % 9000)::integer)",
    "timestamp without time zone": f"('2000-01-01'::timestamp + {_HASH} % 800000000 * interval '1 second')",
    "timestamp with time zone": f"('2000-01-01 00:00:00+00'::timestamptz + {_HASH} % 800000000 * interval '1 second')",
}


def sequential(type_name: str) -> str | None:
    """A value that no other row has, as long as the type has enough of them."""
    return _expression(type_name, _SEQUENTIAL, "i", "pg_catalog.right(i::text, {})")


def spread(type_name: str) -> str | None:
    """A value that few other rows have, in no order."""
    return _expression(type_name, _SPREAD, _HASH, "pg_catalog.left(pg_catalog.md5(i::text), {})")


def _expression(type_name: str, known: dict[str, str], number: str, text: str) -> str | None:
    plain = bare(type_name)
    if type_name.endswith("[]"):
        return None
    sizes = [int(size) for size in re.findall(r"-?\d+", type_name.partition("(")[2])]
    if plain in ("character varying", "character"):
        return text.format(sizes[0]) if sizes else known["text"]
    if plain == "numeric":
        digits = min(sizes[0] - (sizes[1] if len(sizes) > 1 else 0), 18) if sizes else 18
        return f"({number} % {10 ** max(digits, 0)})"
    return known.get(plain)
