"""Which environment variables a project's code reads, parsed from its source.

In: sources. Out: names, each with what its value has to be and whether the code does without it. Known are
`os.environ` and `os.getenv`, settings classes of pydantic, `Config` of starlette and decouple, `Env` of environs and
django-environ, validators of dynaconf, and functions of the project's own that are called like them.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.discovery import syntax
from bot.project.variables import choices

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FILE = re.compile(r"[\w~./-]*[\w-]\.(cfg|conf|ini|toml|ya?ml|json|py|env|properties)")
_SHOUTED = re.compile(r"[A-Z][A-Z0-9_]+")
_READERS = {"Config", "AutoConfig", "Env", "FileAwareEnv", "RepositoryEnv"}
_CASTS = {
    "int": "int",
    "float": "float",
    "Decimal": "Decimal",
    "UUID": "UUID",
    "uuid.UUID": "UUID",
    "timedelta": "timedelta",
    "strtobool": "bool",
    "json.loads": "Json",
    "ast.literal_eval": "list",
}
_BOOLEAN = re.compile(r"(^|[._]|to|2)(bool|boolean|true|truthy)$", re.IGNORECASE)  # a function of the project's own
_TYPES = ("bool", "dict", "float", "int", "list", "str")
_DEEPEST = 3  # settings in settings
FLASK_FILE = "from_envvar"  # a path that Flask reads from the application's own folder
_OWN = re.compile(r"(^|_)(env|environ|getenv|setting|config)(_|$|var)", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """A variable: `needed` if the code fails without it, `default` what it then has, `written` its type.

    `bare` says that one place has no default for it, whatever others have.
    """

    name: str
    needed: bool
    default: str | None = None
    written: str = ""
    bare: bool = False

    @property
    def file(self) -> str:
        """The default, if it is the path of a file with settings."""
        return self.default if self.default and _FILE.fullmatch(self.default) else ""


def asked(sources: Iterable[str]) -> dict[str, Asked]:
    """By name; one that is needed anywhere is needed."""
    trees = [tree for tree in map(syntax.parsed, sources) if tree is not None]
    _spell_out(trees)
    nodes = {node.name: node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    classes = _settings_classes(trees)
    found: dict[str, Asked] = {}
    bare = set[str]()
    for tree in trees:
        for item in _of(tree, classes, nodes):
            bare |= set() if item.needed or item.default is not None else {item.name}
            known = found.get(item.name)
            if known is None or (item.needed and not known.needed) or (item.written and not known.written):
                found[item.name] = item if known is None else _merged(item, known)
            elif item.file and known.default is None:
                found[item.name] = replace(known, default=item.default)
    return {name: replace(item, bare=name in bare) for name, item in found.items()}


def _spell_out(trees: list[ast.Module]) -> None:
    """Put names in the place of constants that stand for them: `KEY_MODE = "MODE"`, `os.environ.get(KEY_MODE)`."""
    texts: dict[str, set[str]] = {}
    for statement in (statement for tree in trees for statement in tree.body):
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and (text := _text(statement.value)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for name in map(_last, targets):
                texts.setdefault(name, set()).add(text)
    constants = {name: ast.Constant(*found) for name, found in texts.items() if len(found) == 1}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and node.args:
            node.args[0] = constants.get(_last(node.args[0]), node.args[0])
        elif isinstance(node, ast.Subscript):
            node.slice = constants.get(_last(node.slice), node.slice)


def _merged(item: Asked, known: Asked) -> Asked:
    """What is read in one place, with the file and the type that another one says."""
    merged = replace(item, written=item.written or known.written, needed=item.needed or known.needed)
    return replace(merged, default=known.file) if known.file else merged


def _settings_classes(trees: list[ast.Module]) -> set[str]:
    """The names of classes below `BaseSettings`, through classes of the project's own."""
    bases = {
        node.name: {_last(base) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"BaseSettings"}
    while more := {name for name, above in bases.items() if name not in found and above & found}:
        found |= more
    return found


def _of(tree: ast.Module, classes: set[str], nodes: Mapping[str, ast.ClassDef]) -> Iterator[Asked]:
    readers = _readers(tree)
    casts: dict[int, str] = {}
    for node in ast.walk(tree):  # what is around a node comes before it
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _last(node.value) == "environ":
            yield from _named(node.slice, needed=True, written=casts.get(id(node), ""))
        elif isinstance(node, ast.Call):
            casts |= _casts(node)
            for item in _called(node, readers):
                yield item if item.written else replace(item, written=casts.get(id(node), ""))
        elif isinstance(node, ast.ClassDef) and any(_last(base) in classes for base in node.bases):
            prefix, delimiter = _text_in(node, "env_prefix"), _text_in(node, "env_nested_delimiter")
            fields = (item for above in _above(node, nodes) for item in _fields(above, prefix, delimiter, nodes))
            yield from {item.name: item for item in fields}.values()


def _casts(node: ast.Call) -> dict[int, str]:
    """What a value is turned into where it is read: `int(os.environ["PORT"])`, `json.loads(os.getenv("HOSTS"))`."""
    name = ".".join(_path(node.func))
    kind = _CASTS.get(name, "bool" if _BOOLEAN.search(name) else "")
    read = node.args[0] if node.args else None
    if isinstance(read, ast.BoolOp):  # int(os.getenv("PORT") or 80)
        read = read.values[0]
    return {id(read): kind} if kind and read is not None else {}


def _readers(tree: ast.Module) -> set[str]:
    """Names that are bound to an object which reads variables: `config = Config(".env")`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _last(node.value.func) in _READERS:
            found |= {_last(target) for target in node.targets}
        elif isinstance(node, ast.ImportFrom) and node.module in ("decouple", "environs"):
            found |= {alias.asname or alias.name for alias in node.names} & {"config", "env"}
    return found


def _called(node: ast.Call, readers: set[str]) -> Iterator[Asked]:
    if not node.args:
        return
    path = _path(node.func)
    default = _default(node)
    if _is_mandatory(node):
        yield from _named(node.args[0], needed=True)
    elif path[-1:] == ["from_envvar"]:
        yield from _named(node.args[0], needed=_keyword(node, "silent") != "True", written=FLASK_FILE)
    elif path[-1:] == ["getenv"] or path[-2:] == ["environ", "get"]:
        yield from _named(node.args[0], needed=False, default=_shown(default) if default else None)
    elif (path and path[0] in readers) or path[-1:] == ["Validator"]:
        kind = path[1] if len(path) == 2 else _keyword(node, "cast")
        kind = _keyword(node, "subcast") or kind  # one element is a list: they are separated by commas
        yield from _with_default(node.args[0], default, kind)
    elif path and _OWN.search(path[-1]) and _shouted(node.args[0]):
        yield from _with_default(node.args[0], default, _type_of(default) or path[-1])


def _with_default(name: ast.expr, default: ast.expr | None, written: str) -> Iterator[Asked]:
    """What a function of a library's or the project's own reads: `config("A", default=1)`, `get_env("A", 1)`."""
    is_type = isinstance(default, ast.Name) and default.id in _TYPES
    is_none = isinstance(default, ast.Constant) and default.value is None
    shown = None if default is None or is_type or is_none else _shown(default)
    yield from _named(name, needed=default is None, default=shown, written=written)


def _type_of(default: ast.expr | None) -> str:
    """The type that a default has, where that is not a text; or that stands in the place of one."""
    if isinstance(default, ast.Name) and default.id in _TYPES:
        return default.id
    value = default.value if isinstance(default, ast.Constant) else None
    return "" if value is None or isinstance(value, str) else type(value).__name__


def _is_mandatory(node: ast.Call) -> bool:
    """A function of the project's own that is asked to fail: `getenv("TOKEN", mandatory=True)`."""
    return any(
        keyword.arg in ("mandatory", "required")
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is True
        for keyword in node.keywords
    ) and _shouted(node.args[0])


def _default(node: ast.Call) -> ast.expr | None:
    """The default that a call gives: `get("A", 1)`, `config("A", cast=int, default=1)`."""
    for keyword in node.keywords:
        if keyword.arg == "default":
            return keyword.value
    return node.args[1] if len(node.args) > 1 else None


def _keyword(node: ast.Call, name: str) -> str:
    return next((syntax.unparsed(keyword.value) for keyword in node.keywords if keyword.arg == name), "")


def _named(node: ast.expr, *, needed: bool, default: str | None = None, written: str = "") -> Iterator[Asked]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAME.fullmatch(node.value):
        yield Asked(node.value, needed, default, written)


def _shouted(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_SHOUTED.fullmatch(node.value))


def _above(node: ast.ClassDef, nodes: Mapping[str, ast.ClassDef]) -> Iterator[ast.ClassDef]:
    """The class, after those of the project's own whose fields it has by inheritance, under its own prefix."""
    line = [node]
    for item in line:
        bases = [nodes[_last(base)] for base in item.bases if _last(base) in nodes]
        line += [base for base in bases if base not in line]
    yield from reversed(line)


def _fields(
    node: ast.ClassDef, prefix: str, delimiter: str, nodes: Mapping[str, ast.ClassDef], depth: int = 0
) -> Iterator[Asked]:
    """The fields of a settings class, by the names of their variables; with a delimiter, also those of their fields."""
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name, written = statement.target.id, choices.as_literal(syntax.unparsed(statement.annotation), nodes)
        if name == "model_config" or "ClassVar" in written:
            continue
        optional = "Optional" in written or "None" in written
        needed, default, alias = _value(statement.value)
        inner = nodes.get(written) if needed and delimiter and depth < _DEEPEST else None
        if inner is not None:
            yield from _fields(inner, f"{alias or prefix + name}{delimiter}", delimiter, nodes, depth + 1)
            continue
        yield Asked(alias or (prefix + name).upper(), needed and not optional, default, written)


def _value(value: ast.expr | None) -> tuple[bool, str | None, str]:
    """Whether a field needs a value, its literal default, and the name that it gives to its variable."""
    if value is None or _is_ellipsis(value):
        return True, None, ""
    if not isinstance(value, ast.Call) or _last(value.func) != "Field":
        return False, _shown(value), ""
    alias = next((_text(word.value) for word in value.keywords if word.arg in ("env", "validation_alias", "alias")), "")
    given = [word.value for word in value.keywords if word.arg in ("default", "default_factory")] or value.args[:1]
    needed = not given or _is_ellipsis(given[0])
    return needed, None if needed else _shown(given[0]), alias


def _shown(node: ast.expr) -> str:
    """A default as text: a string without its quotes, anything else as it is written."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return _text(node) if is_text else syntax.unparsed(node)


def _text_in(node: ast.ClassDef, name: str) -> str:
    """An option of `model_config`, or of an inner class `Config`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.keyword) and inner.arg == name:
            return _text(inner.value)
        if isinstance(inner, ast.Assign) and any(_last(target) == name for target in inner.targets):
            return _text(inner.value)
    return ""


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _path(node: ast.expr) -> list[str]:
    """`a.b.c` as its parts; empty for what is no such path."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else []


def _last(node: ast.expr) -> str:
    return (_path(node) or [""])[-1]
