"""Made-up values. In: a type and a row's number. Out: a value as text that PostgreSQL reads as that type."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Type:
    """A type below its domains; `length` is what stands in the type's brackets, -1 without."""

    name: str
    length: int = -1
    scale: int = 0
    labels: tuple[str, ...] = ()
    element: "Type | None" = None
    fields: tuple["Type", ...] = ()


_PLAIN = {
    "int2": "{n}", "int4": "{n}", "int8": "{n}", "oid": "{n}", "float4": "{n}.5", "float8": "{n}.5", "money": "{n}.25",
    "date": "2024-01-{n:02}", "timestamp": "2024-01-{n:02} 10:20:30.123456",
    "timestamptz": "2024-01-{n:02} 10:20:30.123456+00", "time": "10:{n:02}:30", "timetz": "10:{n:02}:30+00",
    "interval": "{n} days 01:02:03", "uuid": "00000000-0000-4000-8000-{n:012}", "json": '{{"n": {n}}}',
    "jsonb": '{{"n": {n}}}', "bytea": "\\x{n:02}ff", "inet": "10.0.0.{n}", "cidr": "10.0.{n}.0/24",
    "macaddr": "08:00:2b:01:02:{n:02}", "macaddr8": "08:00:2b:01:02:03:04:{n:02}", "tsvector": "word{n}",
    "tsquery": "word{n}", "xml": "<a>{n}</a>", "point": "({n},{n})", "hstore": '"a"=>"{n}"', "ltree": "a.b{n}",
    "int4range": "[{n}0,{n}5)", "int8range": "[{n}0,{n}5)", "numrange": "[{n}0,{n}5)",
    "daterange": "[2024-{n:02}-01,2024-{n:02}-20)", "tsrange": "[2024-{n:02}-01,2024-{n:02}-20)",
    "tstzrange": "[2024-{n:02}-01,2024-{n:02}-20)", "box": "(1,1),({n}0,{n}0)", "circle": "<(1,1),{n}>",
    "int4multirange": "{{[{n}0,{n}5)}}", "varbit": "1{n:b}",
}  # fmt: skip
# What lies at the edge of a type, or looks least like what usually stands there.
_EDGES = {
    "int2": "-32768", "int4": "-2147483648", "int8": "9223372036854775807", "float4": "NaN", "float8": "-Infinity",
    "date": "infinity", "timestamp": "-infinity", "timestamptz": "infinity", "time": "24:00:00", "bool": "false",
    "interval": "-1 years 2 mons -3 days", "uuid": "ffffffff-ffff-ffff-ffff-ffffffffffff", "bytea": "\\x",
    "json": '{"b" : [1.10, null, "x\'y"], "a": ""}', "jsonb": '"text"', "inet": "::1/64", "cidr": "::/0",
    "macaddr": "ff:ff:ff:ff:ff:ff", "tsvector": "", "int4range": "empty", "tstzrange": "(,)",
}  # fmt: skip


def edge(kind: Type) -> str | None:
    """A value at the edge of a type; `None` where none is known."""
    if kind.element is not None:
        return "{NULL}"
    if kind.labels:
        return kind.labels[-1]
    if kind.name in ("text", "varchar", "bpchar"):
        return "é" * kind.length if kind.length > 0 else ""
    if kind.name == "numeric" and kind.length > kind.scale > 0:
        return "-" + "9" * (kind.length - kind.scale) + "." + "9" * kind.scale
    return "1" * kind.length if kind.name == "bit" else _EDGES.get(kind.name)


def made(kind: Type, number: int, label: str) -> str | None:
    """The value of row `number` (1, 2, 3) in the column `label`; `None` for a type not known here."""
    if kind.element is not None:
        return _array(made(kind.element, number, label))
    if kind.fields:
        return "(" + ",".join(_quoted(made(part, number, label)) for part in kind.fields) + ")"
    if kind.labels:
        return kind.labels[(number - 1) % len(kind.labels)]
    special = {"text": _text, "varchar": _text, "bpchar": _text, "citext": _text, "name": _text, "numeric": _numeric}
    if kind.name in special:
        return special[kind.name](kind, number, label)
    if kind.name == "bool":
        return "true" if number % 2 else "false"
    if kind.name == "char":
        return str(number)
    if kind.name == "bit":
        return f"{number:b}".zfill(kind.length)[-kind.length :]
    if kind.name == "vector":
        return "[" + ",".join([str(number)] * max(kind.length, 1)) + "]"
    return _PLAIN[kind.name].format(n=number) if kind.name in _PLAIN else None


def _text(kind: Type, number: int, label: str) -> str:
    if kind.length < 0:
        return f"{label} {number}"
    return f"{label} "[: max(kind.length - 1, 0)] + str(number)


def _numeric(kind: Type, number: int, label: str) -> str:
    return str(number) if kind.length >= 0 and kind.scale <= 0 else f"{number}.5"


def _array(value: str | None) -> str | None:
    return None if value is None else "{" + _quoted(value) + "}"


def _quoted(value: str | None) -> str:
    if value is None:
        return ""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
