"""Imports point one way: a wing imports only the wings below it, and the ground floor."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import pairwise
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import bot

ROOT = Path(bot.__file__).parent

# From the shells down to the ground. A wing may import those after it in this list.
WINGS = (
    "__main__",
    "cli",
    "demo",
    "init",
    "action",
    "matrix",
    "check",
    "github",
    "report",
    "findings",
    "migration.writer",
    "migration.scale",
    "migration.compatibility",
    "migration.proof",
    "migration.intent",
    "migration.planner",
    "migration.testbed",
    "migration.trace",
    "project.remedies",
    "project.variables",
    "project.client",
    "project.environment",
    "project.checkout",
    "schema",
    "database",
    "discovery",
    "request",
    "settings",
    "decisions",
    "sqltext",
    "system",
    "model",
    "errors",
)
# Neither of these two may know the other: a file is written without knowing how it is proven.
APART = {("migration.writer", "migration.proof"), ("migration.proof", "migration.writer")}


_NAMING = {"bot.schema.values", "bot.schema.compare", "bot.migration.proof.restrictions", "bot.report.what_changes"}


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        yield name.removesuffix(".__init__"), path


def _wing(module: str) -> str:
    parts = module.split(".")[1:]
    depth = 2 if parts[:1] in (["migration"], ["project"]) else 1
    return ".".join(parts[:depth])


def _imports(path: Path) -> Iterator[str]:
    """Every module of the bot that a file imports, those inside functions included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "bot")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "bot":
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                path_of = ROOT.parent.joinpath(*full.split("."))
                is_module = path_of.is_dir() or path_of.with_suffix(".py").exists()
                yield full if is_module else str(node.module)


def test_no_wing_imports_a_wing_above_it() -> None:
    place = {wing: position for position, wing in enumerate(WINGS)}
    upwards = [
        f"{module} imports {imported}"
        for module, path in _modules()
        if _wing(module) not in ("", "project.worker")
        for imported in _imports(path)
        if place[_wing(imported)] < place[_wing(module)] or (_wing(module), _wing(imported)) in APART
    ]
    assert upwards == []


def test_every_wing_is_in_the_list() -> None:
    assert {_wing(module) for module, _ in _modules()} - {"", "project", "migration", "project.worker"} == set(WINGS)


def test_no_module_imports_another_one_in_a_circle() -> None:
    graph = {module: set(_imports(path)) - {module} for module, path in _modules()}
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join([*path[path.index(module) :], module])
        if module in done:
            return
        for imported in sorted(graph.get(module, ())):
            visit(imported, (*path, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_the_worker_knows_nothing_of_the_bot() -> None:
    """It runs in the project's Python, where the bot is not installed."""
    worker = [path for module, path in _modules() if _wing(module) == "project.worker"]
    assert worker
    assert [f"{path.name}: {name}" for path in worker for name in _imports(path)] == []


def test_every_package_that_is_imported_is_declared() -> None:
    """One that is there only because another needs it may go with the next version of that one."""
    found = tomllib.loads((ROOT.parent / "pyproject.toml").read_text())["project"]
    declared = {canonicalize_name(Requirement(text).name) for text in found["dependencies"]}
    packages = packages_distributions()
    imported = {
        name.split(".")[0]: module
        for module, path in _modules()
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _absolute(node)
    }
    undeclared = {
        f"{module} imports {name}"
        for name, module in imported.items()
        if name != "bot" and name not in sys.stdlib_module_names
        if not declared & {canonicalize_name(distribution) for distribution in packages[name]}
    }
    assert undeclared == set()


def _absolute(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [str(node.module)] if isinstance(node, ast.ImportFrom) and not node.level else []


def test_the_process_is_looked_at_in_one_place() -> None:
    """Everything else is given values: what a run depends on is seen where it begins."""
    looking = {module for module, path in _modules() if _own(module) and any(_looks(path))}
    # The other one takes variables away before anything is begun.
    assert looking == {"bot.settings.machine", "bot.system.inherited"}


def test_that_place_is_asked_by_main_alone() -> None:
    asking = {module for module, path in _modules() if any(_mentions(path, "Machine.here"))}
    assert asking == {"bot.cli"}


def test_temporary_files_are_made_in_a_folder_that_is_handed_in() -> None:
    """Without `dir`, Python chooses one by the environment."""
    elsewhere = [
        f"{module}:{node.lineno}"
        for module, path in _modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if _own(module) and isinstance(node, ast.Call) and re.fullmatch(r"tempfile\.\w+", ast.unparse(node.func))
        if "dir" not in {keyword.arg for keyword in node.keywords}
    ]
    assert elsewhere == [f"bot.settings.machine:{_line_of(ROOT / 'settings/machine.py', 'gettempdir')}"]


def test_the_collector_of_garbage_is_on_in_every_command() -> None:
    """It is off while a command's modules are imported, and on again whatever comes of that."""
    script = (
        "import gc, sys\nfrom bot import cli\n"
        "def command(*_):\n    return lambda: print(gc.isenabled()) or 0\n"
        "cli._command = command\n"
        "try:\n    cli.main([sys.argv[1]])\nexcept SystemExit:\n    pass\n"
    )
    for word in ("check", "demo", "action", "publish", "plan", "init"):
        done = subprocess.run([sys.executable, "-c", script, word], capture_output=True, text=True, check=True)
        assert done.stdout == "True\n", word


def _own(module: str) -> bool:
    return _wing(module) != "project.worker"


def _looks(path: Path) -> Iterator[ast.AST]:
    """Reads of the environment, the home or the temporary folder of the process."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and (
            node.attr in ("expanduser", "gettempdir", "expandvars")
            or ast.unparse(node) in ("os.environ", "os.environb", "os.getenv", "Path.home")
        ):
            yield node
        if isinstance(node, ast.ImportFrom) and node.module in ("os", "tempfile"):
            yield from (alias for alias in node.names if alias.name in ("environ", "environb", "getenv", "gettempdir"))


def _mentions(path: Path, name: str) -> Iterator[ast.AST]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and ast.unparse(node) == name:
            yield node


def _line_of(path: Path, word: str) -> int:
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if word in line)


def test_plug_ins_are_loaded_and_decisions_made_in_one_place() -> None:
    loading = {module for module, path in _modules() if _own(module) and "pkgutil" in path.read_text()}
    assert loading == {"bot.system.plugins"}
    deciding = {module for module, path in _modules() if re.search(r"\bDecision\(\n", path.read_text())}
    assert deciding == {"bot.decisions"}


def test_what_steps_pass_on_to_each_other_does_not_change_on_the_way() -> None:
    """Inputs, built databases, an attempt, the project that is assembled of them; settings, answers, the report."""
    passed_on = ("bot.check.records", "bot.migration.testbed.baseline", "bot.decisions", "bot.settings", "bot.model")
    classes = {
        (module, node.name): " ".join(ast.unparse(word) for word in (*node.decorator_list, *node.keywords))
        for module, path in _modules()
        if module.startswith(passed_on)
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and (node.decorator_list or node.keywords)
    }
    assert {"ProjectInputs", "BuiltDatabases", "Attempt", "ProjectResult", "Settings"} <= {name for _, name in classes}
    assert [name for name, words in classes.items() if "frozen=True" not in words] == []


def test_what_an_object_refers_to_is_read_in_one_place() -> None:
    """The catalog queries name the attributes; `schema/objects.py` reads them, by their types."""
    pair = re.compile(r'"references_schema"\]?\)?,|"type_schema"')
    reading = {module for module, path in _modules() if _own(module) and pair.search(path.read_text())}
    # The others name attributes and read no object by them, or write a changed one.
    assert reading <= _NAMING | {"bot.schema.objects"}


PAGE = (ROOT.parent / "docs/architecture.md").read_text()
_ARROW = re.compile(r" --> ")
# Names of the picture for what is not one wing.
_PARTS = {
    "cli": ("cli", "demo"),
    "project": tuple(wing for wing in WINGS if wing.startswith("project.")),
    "migration": tuple(wing for wing in WINGS if wing.startswith("migration.")),
}


def _drawn() -> set[tuple[str, str]]:
    """The arrows of the picture, by the names of its parts; those to the server are no imports."""
    picture = PAGE.partition("```mermaid\n")[2].partition("```")[0]
    arrows = set[tuple[str, str]]()
    for line in picture.splitlines():
        parts = [re.split(r"\W", part.strip(), maxsplit=1)[0] for part in _ARROW.split(line)]
        arrows |= {(one, other) for one, other in pairwise(parts) if other != "postgres"}
    return arrows


def _wings_of(part: str) -> tuple[str, ...]:
    return _PARTS.get(part) or ((part,) if part in WINGS else (f"migration.{part}",))


def test_the_picture_has_no_arrow_that_the_code_has_not() -> None:
    imports = {(_wing(module), _wing(imported)) for module, path in _modules() for imported in _imports(path)}
    drawn = _drawn()
    assert ("cli", "check") in drawn
    assert len(drawn) > 15
    missing = [(a, b) for a, b in drawn if not imports & {(x, y) for x in _wings_of(a) for y in _wings_of(b)}]
    assert missing == []


def test_the_page_names_every_wing() -> None:
    named = {name.strip("/").removesuffix(".py") for name in re.findall(r"`([\w/]+(?:/|\.py))`", PAGE)}
    parts = {wing.replace(".", "/") for wing in WINGS} - {"__main__"}
    unnamed = {part for part in parts if not any(name == part or name.startswith(f"{part}/") for name in named)}
    assert unnamed == set()


def test_the_picture_has_every_wing_but_the_ground_floor() -> None:
    drawn = {wing for arrow in _drawn() for part in arrow for wing in _wings_of(part)}
    assert set(WINGS) - drawn == {"__main__", "settings", "decisions", "sqltext", "system", "model", "errors"}
