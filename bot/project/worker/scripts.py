"""The migrations as files: who follows whom, which heads there are, and whether each can be undone.

In: the configuration. Out: what the client calls `Loaded`. Neither env.py runs nor is a database
needed; a broken chain is described instead of Alembic's first exception about it.
"""

import ast
import os
import platform
import re
import warnings
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Dict, List, Set

import sqlalchemy as sa
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionMap

from . import configuration, environment
from .connection import installed_driver, redirect, versions

_LINES = 12  # of the history: those of a pull request, and some that came before


def load(spec: Dict[str, Any]) -> Dict[str, Any]:
    """Everything about the scripts."""
    config = configuration.make(spec, application=False)
    with configuration.explained(spec), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        directory = configuration.scripts(config)
        environment.note_revisions()
        try:
            scripts = loaded(config, directory)
        except RuntimeError:  # an old revision that uses the application while it is imported
            if spec["kind"] != "flask":
                raise
            configuration.make(spec)
            directory = configuration.scripts(config)
            scripts = loaded(config, directory)
        revisions = [_revision(script, spec["checkout"]) for script in scripts]
        problems = _problems(revisions)
        history = [] if problems else _history(scripts)
    locations = [str(path) for path in directory._version_locations]
    return {
        "versions": dict(versions(), python=platform.python_version(), driver=installed_driver(asynchronous=False)),
        "revisions": revisions,
        "heads": _heads(revisions),
        "problems": problems,
        "history": history,
        "file_template": directory.file_template,
        "script_location": _relative(str(directory.dir), spec["checkout"]),
        "version_locations": [_relative(path, spec["checkout"]) for path in locations],
        "version_path": _relative(locations[0], spec["checkout"]) if locations else "",
    }


def loaded(config: Config, directory: ScriptDirectory) -> List[Any]:
    """All revisions, in no order.

    Alembic loads them within its contexts, and some files use those while they are imported: `bind = op.get_bind()`.
    The directory goes on to load its own: what these have got stands for no database.
    """
    try:
        return list(directory._load_revisions())
    except (NameError, AttributeError) as error:
        # The second once there was a context that is gone.
        if not re.search(r"proxy object|'NoneType' object has no attribute", str(error)):
            raise
    offline = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True})
    try:
        with EnvironmentContext(config, directory), Operations.context(offline):
            return list(directory._load_revisions())
    except Exception as error:
        try:
            return _with_connection(config, directory)
        except Exception:
            raise error from None


def _with_connection(config: Config, directory: ScriptDirectory) -> List[Any]:
    """With a real connection, to a database without tables: some ask which there are."""
    engine = sa.create_engine("sqlite://")
    redirect.stand_in = engine.dialect
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            with EnvironmentContext(config, directory), Operations.context(context):
                return list(directory._load_revisions())
    finally:
        redirect.stand_in = None
        engine.dispose()


def _history(scripts: List[Any]) -> List[str]:
    """The newest lines of `alembic history`; none where its chain is not right, which commands that need it say."""
    revisions: Any = RevisionMap(lambda: scripts)
    with suppress(Exception):
        newest = revisions.iterate_revisions("heads", "base", inclusive=True, assert_relative_length=False)
        return [
            script.cmd_format(verbose=False, include_branches=True, include_doc=True, include_parents=True)
            for script in islice(newest, _LINES)
        ]
    return []


def _relative(path: str, checkout: str) -> str:
    return os.path.relpath(os.path.realpath(path), os.path.realpath(checkout))


def _words(value: Any) -> List[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _revision(script: Any, checkout: str) -> Dict[str, Any]:
    return {
        "revision": script.revision,
        "down_revision": _words(script.down_revision),
        "depends_on": _words(script.dependencies),
        "branch_labels": sorted(_words(script._orig_branch_labels)),
        "path": _relative(str(script.path), checkout),
        "doc": script.doc or "",
        "downgrade": downgrade_of(_text(str(script.path))),
    }


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def downgrade_of(source: str) -> str:
    """`complete`, `missing` or `irreversible` (it only raises); what undoes nothing may be empty."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return "missing"
    bodies = {node.name: _substance(node.body) for node in tree.body if isinstance(node, ast.FunctionDef)}
    body = bodies.get("downgrade", [])
    if body:
        return "irreversible" if all(isinstance(node, ast.Raise) for node in body) else "complete"
    return "missing" if bodies.get("upgrade") else "complete"


def _substance(body: List[ast.stmt]) -> List[ast.stmt]:
    """A function's statements without docstring, `pass`, `...` and a bare return."""
    return [
        node
        for node in body
        if not isinstance(node, ast.Pass)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        and not (isinstance(node, ast.Return) and node.value is None)
    ]


def _heads(revisions: List[Dict[str, Any]]) -> List[str]:
    parents = {parent for revision in revisions for parent in revision["down_revision"]}
    return sorted({revision["revision"] for revision in revisions} - parents)


def _problems(revisions: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    found = []
    paths: Dict[str, List[str]] = {}
    for revision in revisions:
        paths.setdefault(revision["revision"], []).append(revision["path"])
    for name, files in sorted(paths.items()):
        if len(files) > 1:
            found.append(_problem("duplicate", "revision {} is in several files".format(name), files))
    for revision in revisions:
        for parent in revision["down_revision"]:
            if parent not in paths and not any(name.startswith(parent) for name in paths):
                text = "revision {} follows {}, which no file has".format(revision["revision"], parent)
                found.append(_problem("broken", text, [revision["path"]]))
    cycle = _cycle({revision["revision"]: revision["down_revision"] for revision in revisions})
    if cycle:
        text = "revisions follow each other in a circle: {}".format(", ".join(cycle))
        found.append(_problem("cycle", text, [path for name in cycle for path in paths[name]]))
    return found


def _problem(kind: str, message: str, files: List[str]) -> Dict[str, Any]:
    return {"kind": kind, "message": message, "paths": files}


def _cycle(parents: Dict[str, List[str]]) -> List[str]:
    """The revisions that are in circles or between two of them."""
    left = _without_ends(parents)
    return sorted(_without_ends(_turned(left)))


def _turned(graph: Dict[str, List[str]]) -> Dict[str, List[str]]:
    """From children to parents, or back."""
    found: Dict[str, List[str]] = {name: [] for name in graph}
    for name, targets in graph.items():
        for target in targets:
            found[target].append(name)
    return found


def _without_ends(graph: Dict[str, List[str]]) -> Dict[str, List[str]]:
    """Less everything from which all ways end."""
    known = {name: [target for target in targets if target in graph] for name, targets in graph.items()}
    users = _turned(known)
    count = {name: len(targets) for name, targets in known.items()}
    ends = [name for name, number in count.items() if number == 0]
    gone: Set[str] = set()
    while ends:
        name = ends.pop()
        gone.add(name)
        for user in users[name]:
            count[user] -= 1
            if count[user] == 0:
                ends.append(user)
    return {
        name: [target for target in targets if target not in gone]
        for name, targets in known.items()
        if name not in gone
    }
