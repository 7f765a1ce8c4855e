"""Runs the project's env.py with a function of ours in place of the migrations.

Comes in: a task's function. Goes out: what env.py configured: models, options, connection.
"""

from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from . import comparators, configuration
from .connection import require_postgresql
from .problems import Problem

Function = Callable[[Any, Any], Any]


class Configured:
    """What the last `context.configure` said; filled by the hook below."""

    def __init__(self) -> None:
        self.options: Dict[str, Any] = {}
        self.contexts: List[Any] = []
        self.makes_version_schema = False

    @property
    def metadata(self) -> List[Any]:
        """All `MetaData` of env.py, each once; empty when `target_metadata` is None."""
        found: List[Any] = []
        for context in self.contexts:
            target = context.opts.get("target_metadata")
            for item in target if isinstance(target, (list, tuple)) else [target]:
                if item is not None and not any(item is other for other in found):
                    found.append(item)
        return found


_current = Configured()


def configured() -> Configured:
    """What env.py has configured in this task."""
    return _current


def reset() -> None:
    """Forget the task before."""
    _current.options = {}
    _current.makes_version_schema = False
    _current.contexts.clear()
    comparators.begin()


def install() -> None:
    """Look over the shoulder of every `context.configure`."""
    original = EnvironmentContext.configure

    def configure(self: Any, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **options)
        context = self.get_context()
        require_postgresql(context.dialect)
        _current.options = context.opts
        _current.contexts.append(context)
        comparators.replace_earlier()
        if _current.makes_version_schema:
            _make_version_schema(context)

    EnvironmentContext.configure = configure  # type: ignore[method-assign]


def _make_version_schema(context: Any) -> None:
    """To stamp what `create_all` built, the schema of the version table has to be there."""
    schema = context.opts.get("version_table_schema")
    if not schema or context.connection is None:
        return
    quoted = context.dialect.identifier_preparer.quote_identifier(schema)
    cursor = context.connection.connection.cursor()
    try:
        cursor.execute(_HAS_SCHEMA + "'{}'".format(schema.replace("'", "''")))
        if cursor.fetchone() is None:
            cursor.execute("CREATE SCHEMA {}".format(quoted))
            if not context.connection.in_transaction():
                context.connection.connection.commit()
    finally:
        cursor.close()


_HAS_SCHEMA = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = "


def run(
    spec: Dict[str, Any], function: Function, command: Optional[Dict[str, Any]] = None, **options: Any
) -> Configured:
    """Execute env.py; `function(revisions, migration_context)` runs where the migrations would.

    `command` are options of the command line that env.py may look at, `options` those of the
    `EnvironmentContext`. Raises what env.py raises, and `Problem` when it never came to the migrations.
    """
    config = configuration.make(spec, **(command or {}))
    with configuration.explained(spec):
        return run_with(config, configuration.scripts(config), function, **options)


def run_with(
    config: Config, directory: ScriptDirectory, function: Function, make_version_schema: bool = False, **options: Any
) -> Configured:
    """The same with a configuration that is made already."""
    reset()
    _current.makes_version_schema = make_version_schema
    called: List[bool] = []

    def noted(revision: Any, context: Any) -> Any:
        called.append(True)
        return function(revision, context)

    with EnvironmentContext(config, directory, fn=noted, **options):
        directory.run_env()
    if not called:
        name = Path(str(directory.dir)).name
        raise Problem("env", "{}/env.py ended without calling context.run_migrations()".format(name))
    return _current
