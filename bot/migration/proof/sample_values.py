"""Values for rows, by type: ordinary ones that differ from row to row, and those that hurt.

In: a type's name as the server writes it. Out: SQL literals without a cast; a column's type gives
them their meaning.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.migration.planner.casts import bare
from bot.model import ObjectKey
from bot.schema.snapshots import Attributes, Snapshot

ORDINARY = 28  # how many ordinary values differ before they repeat

# A quote, a per cent sign, a backslash, letters of more than one byte, a line break.
_NASTY = "O'Neill 100% \\ äöü 漢字\nend"

# What texts are easily taken for each other, or for something else: letters' case, blanks at the ends, digits, an
# accent, one of its own or none, blanks between words, JSON that `jsonb` refuses. The first ones are tried the most.
_TEXTS = (
    *("Case", "case", "case ", " case", "0", "007", "-1", "caf\u00e9", "cafe\u0301", "cafe"),
    *("two words", "two  words", "two-words", '{"k": "\\u0000"}', "null"),
)
_LONG = 300  # letters of a text without a limit; it has a twin with another end
_SHORT = 16  # letters of a limit below which nobody cuts a text
_LONGEST = 1000  # what an index can hold with room to spare

_NUMBERS = {
    "smallint": ("-32768", "32767", "0", "-1", "9999"),
    "integer": ("-2147483648", "2147483647", "0", "-1", "70000"),
    "bigint": ("-9223372036854775808", "9223372036854775807", "0", "-1", "70000"),
    "real": ("-1.5e10", "0", "0.125", "-1", "1.0001"),
    "double precision": ("-1.5e200", "0", "0.123456789012345", "-1", "1.0001"),
    "oid": ("4294967295", "0"),
    "money": ("-1234.56", "0", "1.01", "-1"),
}
# Templates with {i} for ordinary values; then the values that hurt, among them some that are like an ordinary one but
# for what a conversion easily loses: a fraction, the other end of a range, what is before or behind a mask.
_PLAIN: dict[str, tuple[str, tuple[str, ...]]] = {
    "date": ("2024-01-{i:02d}", ("0001-01-01", "9999-12-31", "2024-02-29", "1969-12-31", "2099-01-01")),
    "timestamp without time zone": (
        "2024-01-{i:02d} 10:00:00",
        (
            *("0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "2024-02-29 10:00:00.987654"),
            *("2024-01-01 10:00:00.0004", "1969-12-31 23:59:59", "2099-01-01 00:00:00"),
        ),
    ),
    "timestamp with time zone": (
        "2024-01-{i:02d} 10:00:00+00",
        # Among them an hour on clocks that are set back, and a day that another zone calls the next.
        (
            "0001-01-01 00:00:00+00",
            "9999-12-31 23:59:59+00",
            "2024-02-29 10:00:00.987654+00",
            "2024-10-27 02:30:00+02",
            "2024-06-30 23:30:00-07",
            *("2024-01-01 10:00:00.0004+00", "1969-12-31 23:59:59+00", "2099-01-01 00:00:00+00"),
        ),
    ),
    "time without time zone": ("10:{i:02d}:00", ("00:00:00", "23:59:59.999999", "10:01:00.0004")),
    "time with time zone": (
        "10:{i:02d}:00+00",
        ("00:00:00+00", "23:59:59.999999+00", "10:01:00+05:30", "10:01:00.0004+00"),
    ),
    "interval": (
        "{i} days",
        ("-1 years", "00:00:00", "1 day 05:30:00.25", "24:00:00", "1 day 05:30:00", "1 mon", "30 days"),
    ),
    "uuid": (
        "00000000-0000-4000-8000-{i:012d}",
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffff-0000-4000-8000-000000000001"),
    ),
    "json": (
        '{{"k": {i}}}',
        ("null", '{"a": [1, "x\'y", null], "ä": {}}', '{"k": 1, "k": 2}', '{"a": "\\u0000"}', "[]", '"text"'),
    ),
    "jsonb": ('{{"k": {i}}}', ("null", '{"a": [1, "x\'y", null], "ä": {}}', '{"k": 1, "n": null}', "[]", '"text"')),
    "jsonpath": ("$.k{i}", ()),
    "bytea": ("\\x{i:02x}", ("\\x", "\\x00ff", "\\x01ff")),
    "inet": ("10.0.0.{i}", ("::1", "192.168.0.0/16", "192.168.3.4/16", "10.0.0.1/8")),
    "cidr": ("10.{i}.0.0/16", ("::/0", "10.1.0.0/24")),
    "macaddr": ("08:00:2b:01:02:{i:02x}", ("ff:ff:ff:ff:ff:ff",)),
    "macaddr8": ("08:00:2b:01:02:03:04:{i:02x}", ("ff:ff:ff:ff:ff:ff:ff:ff",)),
    "hstore": ("k=>{i}", ("", '"a b"=>NULL')),
    "ltree": ("top.n{i}", ("",)),
    "tsvector": ("word{i}", ("", "word1:1")),
    "tsquery": ("word{i}", ()),
    "xml": ("<n>{i}</n>", ()),
    "point": ("({i},{i})", ("(-1.5,0)", "(1,0)", "(0,1)")),
    "line": ("{{{i},1,0}}", ()),
    "lseg": ("[({i},0),(0,1)]", ()),
    "box": ("({i},{i}),(0,0)", ()),
    "path": ("((0,0),({i},1))", ()),
    "polygon": ("((0,0),({i},1),(1,0))", ()),
    "circle": ("<(0,0),{i}>", ()),
    "int4range": ("[{i}0,{i}5)", ("empty", "(,)", "[10,12)", "[12,15)")),
    "int8range": ("[{i}0,{i}5)", ("empty", "(,)", "[10,12)", "[12,15)")),
    "numrange": ("[{i}0,{i}5)", ("empty", "(,)", "[10,15]")),
    "daterange": (
        "[2024-01-{i:02d},2024-01-{j:02d})",
        ("empty", "(,)", "[2024-01-01,2024-01-09)", "[2023-01-01,2024-01-02)"),
    ),
    "tsrange": ("[2024-01-{i:02d},2024-01-{j:02d})", ("empty", "(,)", "[2024-01-01,2024-01-02]")),
    "tstzrange": ("[2024-01-{i:02d},2024-01-{j:02d})", ("empty", "(,)", "[2024-01-01,2024-01-02]")),
    "int4multirange": ("{{[{i}0,{i}5)}}", ("{}",)),
    "int8multirange": ("{{[{i}0,{i}5)}}", ("{}",)),
    "nummultirange": ("{{[{i}0,{i}5)}}", ("{}",)),
    "datemultirange": ("{{[2024-01-{i:02d},2024-01-{j:02d})}}", ("{}",)),
    "tsmultirange": ("{{[2024-01-{i:02d},2024-01-{j:02d})}}", ("{}",)),
    "tstzmultirange": ("{{[2024-01-{i:02d},2024-01-{j:02d})}}", ("{}",)),
    "pg_lsn": ("0/{i}", ()),
    "name": ("name{i}", ()),
    "citext": ("Text {i}", ("", "long " * 20, "text ")),
}


@dataclass(frozen=True)
class Values:
    """`ordinary(i)` is the value of row i; `awkward` are values at the edges of the type."""

    ordinary: Callable[[int], str]
    awkward: tuple[str, ...] = ()


def values(snapshot: Snapshot, type_name: str, column: str = "") -> Values | None:
    """Values of a type; None for a type of which nothing is known."""
    if type_name.endswith("[]"):
        return _array(snapshot, type_name)
    plain = bare(type_name)
    if plain in ("text", "character varying", "character"):
        return _text(type_name, column)
    if plain == "boolean":
        return Values(lambda i: "true" if i % 2 == 0 else "false")
    if plain == "numeric":
        return _numeric(type_name)
    if plain in _NUMBERS:
        return Values(lambda i: str(i + 1), _NUMBERS[plain])
    if plain in ("bit", "bit varying"):
        width = _arguments(type_name)[0] if "(" in type_name else 1 if plain == "bit" else 8
        edges = ["1" * width] + (["1" + "1".zfill(width - 1)] if width > 2 else [])
        return Values(lambda i: format((i + 1) % 2**width, f"0{width}b"), tuple(edges))
    name = plain.split(".")[-1].strip('"')
    if name in _PLAIN:
        template, awkward = _PLAIN[name]
        return Values(lambda i: template.format(i=i % ORDINARY + 1, j=i % ORDINARY + 2), awkward)
    return _of_the_project(snapshot, plain)


def _arguments(type_name: str) -> list[int]:
    match = re.search(r"\(([\d, -]+)\)", type_name)
    return [int(number) for number in match[1].split(",")] if match else []


def _text(type_name: str, column: str) -> Values:
    sizes = _arguments(type_name)
    if not sizes:
        return Values(lambda i: f"{column or 'text'} {i + 1}", (_NASTY, "", "x" * _LONG, "x" * _LONG + "y", *_TEXTS))
    width = sizes[0]

    def ordinary(i: int) -> str:
        text = f"{column or 'text'} {i + 1}"
        return text if len(text) <= width else str(i + 1)[-width:]

    longest = (_NASTY * (width // len(_NASTY) + 1))[: min(width, _LONGEST)]
    if bare(type_name) == "character":  # the server pads it with blanks, so that those at the end mean nothing
        return Values(ordinary, (longest.rstrip(), "", *(text for text in _TEXTS if len(text.rstrip()) == width)))
    twin = [longest[:-1] + "y"] if width > _SHORT else []
    return Values(ordinary, (longest, "", *twin, *(text for text in _TEXTS if len(text) <= width)))


def _numeric(type_name: str) -> Values:
    sizes = _arguments(type_name)
    if not sizes:
        return Values(
            lambda i: f"{i + 1}.5",
            ("-12345678901234567890.0123456789", "0", "-0.005", "12345.678", "54321", "1.51", "-1.5"),
        )
    precision, scale = sizes[0], sizes[1] if len(sizes) > 1 else 0
    if scale < 0 or scale > precision:
        return Values(lambda _i: "0")
    largest = "9" * (precision - scale) or "0"
    top = largest + ("." + "9" * scale if scale else "")
    small = precision - scale < 2
    # An ordinary number, but for its last digits; of 1.15 floating-point arithmetic makes 114 hundredths.
    beside = [] if small or not scale else ["1." + "1".zfill(scale), *(["1.15"] if scale == 2 else [])]
    near = [] if small else ["9" * (precision - scale - 1) + "0"]
    awkward = (top, "-" + top, *near, "0", *(["0." + "3" * scale] if scale else []), *beside)
    return Values(lambda i: str((i + 1) % 10 if small else i + 1) if precision > scale else "0", awkward)


def _array(snapshot: Snapshot, type_name: str) -> Values | None:
    inner = values(snapshot, type_name.removesuffix("[]"))
    if inner is None:
        return None
    comma = ";" if bare(type_name) == "box" else ","  # PostgreSQL manual, "Arrays": box alone has another delimiter

    def array(*items: str) -> str:
        return "{" + comma.join(_element(item) for item in items) + "}"

    one, other = inner.ordinary(0), inner.ordinary(1)  # in this order an ordinary array has them
    orders = [array(other, one), array(one, other, one)]
    each = [array(item, other) for item in inner.awkward]
    awkward = ("{}", "{NULL}", *orders, *([array(*inner.awkward)] if inner.awkward else []), *each)
    return Values(lambda i: array(inner.ordinary(i), inner.ordinary(i + 1)), awkward)


def _element(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _of_the_project(snapshot: Snapshot, plain: str) -> Values | None:
    """Enums, domains, ranges and composite types."""
    parts = [part.strip('"') for part in plain.split(".")]
    schema, name = parts if len(parts) == 2 else ("public", parts[-1])
    enum = snapshot.objects.get(ObjectKey("enum", schema, "", name))
    if enum is not None and enum["labels"]:
        labels = enum["labels"]
        return Values(lambda i: labels[i % len(labels)])
    domain = snapshot.objects.get(ObjectKey("domain", schema, "", name))
    if domain is not None:
        return values(snapshot, domain["base"])
    ranged = snapshot.objects.get(ObjectKey("range", schema, "", name))
    bound = values(snapshot, ranged["subtype"]) if ranged is not None else None
    if bound is not None:
        return Values(lambda i: f"[{_element(bound.ordinary(i))},{_element(bound.ordinary(i))}]", ("empty", "(,)"))
    composite = snapshot.objects.get(ObjectKey("composite", schema, "", name))
    return _composite(snapshot, composite["attributes"]) if composite is not None else None


def _composite(snapshot: Snapshot, attributes: list[Attributes]) -> Values | None:
    members = [values(snapshot, member["type"]) for member in attributes]
    known = [member for member in members if member is not None]
    if len(known) < len(members):
        return None

    def row(i: int) -> str:
        return "(" + ",".join(_element(member.ordinary(i)) for member in known) + ")"

    return Values(row, ("(" + "," * (len(known) - 1) + ")",))
