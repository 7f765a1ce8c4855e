"""Values that are hard on a migration. In: a type, and a source of chance. Out: a value as text of that type, or NULL.

The edges of each type, spellings that look alike, values that fit one type and not its neighbour.
"""

from random import Random

from tests.oracle.values import Type

_WORDS = ["", " ", "a", "A", "a ", " a", "x", "X", "é", "e\u0301", "007", "7", "NULL", "null", "it's", '"q"', "a\\b"]
_WORDS += ["50%", "a:b", "one\ntwo", "\t", "日本", "😀", "{}", "{1,2}", "t", "true", "1.0", "1e3", "2024-01-01", "00"]
_WORDS += ["forbidden ", "new", "open", "closed", "y" * 12, "y" * 13, "y" * 60, "z" * 61, "y" * 200, "z" * 201]
_INTEGERS = {"int2": 15, "int4": 31, "int8": 63}
_JSON = ["null", "{}", "[]", '"x"', "0", '{"a": null}', '{"a": 1.10, "b": [1, {"c": "\\u00e9"}]}', "1e300", "[[]]"]
_TIMES = ["00:00:00", "23:59:59.999999", "12:00:00.5", "02:30:00", "10:20:30.123456"]
_DAYS = ["2024-02-29", "1999-12-31", "2024-03-31", "2024-10-27", "1970-01-01", "0001-01-01", "9999-12-31", "1582-10-10"]
_VALUES: dict[str, list[str]] = {
    "bool": ["true", "false"],
    "float4": ["0", "-0", "0.1", "1e-30", "3.4e38", "NaN", "Infinity", "1.5"],
    "float8": ["0", "-0", "0.1", "1e-300", "1.7e308", "NaN", "-Infinity", "1.5", "123456789.123456789"],
    "date": [*_DAYS, "infinity", "-infinity", "0044-03-15 BC"],
    "time": [*_TIMES, "24:00:00"],
    "timestamp": [*(f"{day} {time}" for day in _DAYS for time in _TIMES), "infinity", "-infinity"],
    "timestamptz": [*(f"{day} {time}+02" for day in _DAYS for time in _TIMES), "infinity"],
    "interval": ["0", "1 day", "24:00:00", "30 days", "1 mon", "-1 year 2 mons -3 days 04:05:06.7", "00:00:00.000001"],
    "bytea": ["", "\\x00", "\\xff00ff", "\\x5c27"],
    "uuid": ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    "jsonb": _JSON,
    "json": [*_JSON, '{"b":1,  "a":2,"a":3}', ' "\\u0000" ', "[1 ,2]"],
    "inet": ["10.0.0.1", "10.0.0.1/8", "::1/64", "0.0.0.0/0", "10.0.0.0/8"],
    "cidr": ["10.0.0.0/8", "::/0", "192.168.1.5/32", "0.0.0.0/0"],
    "macaddr": ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "08:00:2b:01:02:03"],
    "tsvector": ["", "'a':1 'b':2,3", "'it''s'"],
    "int4range": ["empty", "(,)", "[1,5)", "[5,9)", "[-2147483648,2147483647)", "[1,)"],
    "tstzrange": ["empty", "(,)", "[2024-01-01,2024-02-01)", "(2024-01-01,2024-02-01]"],
}


def awkward(kind: Type, chance: Random) -> str | None:
    """A value of the type; `None` where no value is known."""
    if kind.element is not None:
        return _array(kind.element, chance)
    if kind.labels:
        return chance.choice(kind.labels)
    if kind.name in ("text", "varchar", "bpchar"):
        word = chance.choice(_WORDS) if chance.random() < 0.8 else f"word {chance.randrange(10**6)}"
        return word[: kind.length] if kind.length >= 0 else word
    if kind.name in _INTEGERS:
        return str(_integer(_INTEGERS[kind.name], chance))
    if kind.name == "numeric":
        return _numeric(kind, chance)
    if kind.name == "bit":
        return "".join(chance.choice("01") for _ in range(kind.length))
    if kind.name == "uuid" and chance.random() < 0.7:
        return f"{chance.getrandbits(128):032x}"
    return chance.choice(_VALUES[kind.name]) if kind.name in _VALUES else None


def _integer(bits: int, chance: Random) -> int:
    most = (1 << bits) - 1
    around = [0, 1, -1, 2, 7, 77, 1000, 29999, 32767, 32768, -32768, 2**31 - 1, 2**31, most, -most - 1]
    small = chance.randrange(-50, 5000)
    chosen = chance.choice([*(n for n in around if -most - 1 <= n <= most), small, small, small])
    return min(chosen, most)


def _numeric(kind: Type, chance: Random) -> str:
    if kind.length < 0:
        return chance.choice(["0", "0.1", "-1.50", "12345678901234567890.123456789", "NaN", "1000000"])
    whole, scale = kind.length - kind.scale, kind.scale
    largest = "9" * whole + ("." + "9" * scale if scale else "")
    smallest = "0." + "0" * (scale - 1) + "1" if scale else "1"
    return chance.choice(["0", "1", "-1", "0.5", "1.25", largest, f"-{largest}", smallest, str(chance.randrange(900))])


def _array(element: Type, chance: Random) -> str | None:
    values = [awkward(element, chance) for _ in range(chance.choice([0, 1, 1, 2, 3]))]
    parts = ["NULL" if value is None or chance.random() < 0.15 else _quoted(value) for value in values]
    return "{" + ",".join(parts) + "}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
