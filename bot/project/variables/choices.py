"""Values that the code has a list of: it looks them up in a table (`configs[os.environ["APP_ENV"]]`), makes a label of
an enum of them, or says in a message which it takes.

In: sources, and the line on which a look-up failed; an annotation; a message. Out: one of the list, one for tests or
development if there is any.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.discovery import syntax

# The second line asks for nothing more: neither a password nor a server.
_USUAL = (
    *("test", "testing", "tests", "ci", "local", "dev", "development", "debug", "default"),
    *("none", "off", "disabled", "plaintext", "plain", "memory", "console"),
)
_ENUMS = {"Enum", "StrEnum"}
_TAKEN = re.compile(
    r"(?:permitted:|input should be|(?:one of|either|allowed(?: values)?(?: are)?|choose from):?)"
    r"(?P<list>[^\n\[(;]*[\[({]?[^\n\])};]*)",
    re.IGNORECASE,
)
_TYPED = (
    (re.compile(r"(?:invalid truth value|Not a boolean:) '?([^'\n]+)'?"), "false"),
    (re.compile(r"invalid literal for int\(\) with base \d+: '([^'\n]*)'"), "1"),
    (re.compile(r"could not convert string to float: '([^'\n]*)'"), "1"),
    (re.compile(r"Invalid isoformat string: '([^'\n]*)'"), "2020-01-01"),
    (re.compile(r"variable \"(\w+)\" invalid: \W*Not a valid boolean"), "false"),
    (re.compile(r"variable \"(\w+)\" invalid: \W*Not a valid (?:integer|number)"), "1"),
)


def best(values: Sequence[str]) -> str:
    """The one to try; empty where there is none."""
    lowered = {value.lower(): value for value in values}
    return next((lowered[usual] for usual in _USUAL if usual in lowered), values[0] if values else "")


def as_literal(written: str, classes: Mapping[str, ast.ClassDef]) -> str:
    """An annotation with the labels in the place of an enum of the project's own."""
    name = re.fullmatch(r"(?:Optional\[)?(\w+)(?:\]| \| None)?", written)
    node = classes.get(name[1]) if name else None
    if name is None or node is None or not any(_last(base) in _ENUMS for base in node.bases):
        return written
    values = [statement.value for statement in node.body if isinstance(statement, ast.Assign)]
    labels = [repr(value.value) for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return written.replace(name[1], f"Literal[{', '.join(labels)}]") if labels else written


def labels_of(written: str) -> list[str]:
    """The texts that a `Literal` takes."""
    found = re.search(r"Literal\[(.*?)\]", written)
    return re.findall(r"['\"]([^'\"]+)['\"]", found[1]) if found else []


def taken(name: str, value: str, message: str) -> str:
    """What a message says that a setting may be, in the place of a value that it may not; empty if it says nothing."""
    field = re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9_])", message, re.IGNORECASE)
    last = re.search(rf"^{re.escape(name.rpartition('__')[2])}$", message, re.IGNORECASE | re.MULTILINE)
    if not (field or last or f"'{value}'" in message):
        return ""
    for found in _TAKEN.finditer(re.sub(r" \[type=.*?\]$", "", message, flags=re.MULTILINE)):  # there, the value is
        quoted = re.findall(r"['\"]([\w.-]+)['\"]", found["list"])
        words = re.findall(r"[A-Za-z][\w-]*", re.sub(r"\b(or|and)\b", " ", found["list"]))
        labels = quoted or (words if "," in found["list"] else [])
        if len(labels) > 1 and value not in labels:
            return best(labels)
    return ""


def of_type(name: str, value: str, message: str) -> str:
    """A value of the type that one was refused for not having; empty if the message says no such thing."""
    for pattern, instead in _TYPED:
        refused = pattern.search(message)
        if refused and refused[1].lower() in (value.lower(), name.lower()):
            return instead
    return ""


def label(value: str, message: str, sources: Iterable[str]) -> str:
    """A label of the enum that a value was refused by: `Environment(os.environ["ENVIRONMENT"])`."""
    refused = re.search(rf"'{re.escape(value)}' is not a valid (?:\w+\.)*(\w+)", message)
    if refused is None:
        return ""
    trees = [tree for tree in map(syntax.parsed, sources) if tree is not None]
    classes = {node.name: node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    return best(labels_of(as_literal(refused[1], classes)))


def key_at(source: str, line: int, sources: Iterable[str]) -> str:
    """A key of the table that is used on a line; empty where no such table is written down."""
    parsed = syntax.parsed(source)
    nodes = (node for node in ast.walk(parsed) if isinstance(node, ast.Subscript)) if parsed else ()
    used = {_last(node.value) for node in nodes if node.lineno <= line <= (node.end_lineno or node.lineno)}
    trees = [tree for tree in map(syntax.parsed, sources) if tree is not None]
    keys = [key for tree in trees for node in ast.walk(tree) for key in _keys_of(node, used)]
    return best(keys)


def _keys_of(node: ast.AST, names: set[str]) -> Iterator[str]:
    """The keys of a table that is bound to one of the names."""
    if isinstance(node, ast.Assign):
        targets, value = node.targets, node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        targets, value = [node.target], node.value
    else:
        return
    if not any(_last(target) in names for target in targets):
        return
    if isinstance(value, ast.Dict):
        yield from (key.value for key in value.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
    elif isinstance(value, ast.Call) and _last(value.func) == "dict":
        yield from (word.arg for word in value.keywords if word.arg)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
