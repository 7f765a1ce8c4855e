"""Runs the project's env.py with a function of ours in place of the migrations.

In: a task's function. Out: what env.py configured: models, options, connection. An env.py may call
`run_migrations()` several times: for several databases, of which a task is about one, or for tenants of one database.
"""

import asyncio
import re
from functools import wraps
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from . import commits, comparators, configuration, defaults, names, offline, x_arguments
from .connection import installed_driver, require_postgresql
from .failures import chain
from .model_state import State, state
from .problems import Problem

Function = Callable[[Any, Any], Any]
_TOKEN = "upgrades"  # noqa: S105  the name of a template's variable, in an env.py for one database


class Configured:
    """What each `context.configure` said that the task is about; filled by the hooks below.

    `database` is the one that the task is about, None for the first; `names` are those that env.py configured;
    with `once`, migrations run for the first tenant only.
    """

    def __init__(self, database: Optional[str] = None, once: bool = False, makes_version_schema: bool = False) -> None:
        self.database = database
        self.once = once
        self.makes_version_schema = makes_version_schema
        self.options: Dict[str, Any] = {}
        self.metadata: List[Any] = []  # all of them, each once; empty when `target_metadata` is None
        self.state: State = []  # the models as env.py handed them over, where autogenerate may change them
        self.elsewhere: List[str] = []  # tables of databases that the task is not about
        self.runs = 0
        # What makes each database another one. Alembic keeps all options in one place, which the next call overwrites.
        self._seen: Dict[str, Tuple[str, List[int]]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether env.py did not come to configure anything."""
        return not self._seen

    @property
    def databases(self) -> List[str]:
        """Names of the databases, where env.py has several with models or functions of their own."""
        different = list(self._seen.values())
        return list(self._seen) if any(one != different[0] for one in different) else []

    def note(self, context: Any) -> None:
        """Another `context.configure`."""
        metadata = metadata_of(context)
        token = str(context.opts.get("upgrade_token"))
        self._seen.setdefault(_database(context), (token, [id(item) for item in metadata]))
        if self.concerns(context):
            self.options = dict(context.opts)
            fresh = [item for item in metadata if not any(item is other for other in self.metadata)]
            defaults.spell(fresh)
            self.metadata += fresh
            self.state += state(fresh) if self.once else []
        else:
            self.elsewhere += [table.name for item in metadata for table in item.tables.values()]

    def concerns(self, context: Any) -> bool:
        """Whether a context is of the database that the task is about."""
        return _database(context) == (next(iter(self._seen)) if self.database is None else self.database)


def metadata_of(context: Any) -> List[Any]:
    """The `MetaData` of one context."""
    target = context.opts.get("target_metadata")
    return [item for item in (target if isinstance(target, (list, tuple)) else [target]) if item is not None]


def _database(context: Any) -> str:
    """What distinguishes databases: the names of the template's variables, as in `multidb`, or else addresses."""
    token = str(context.opts.get("upgrade_token") or _TOKEN)
    if token != _TOKEN:
        return token[: -len(_TOKEN) - 1] if token.endswith("_" + _TOKEN) else token
    engine = getattr(context.connection, "engine", None)
    return "" if engine is None else "{0.host}:{0.port}/{0.database}".format(engine.url)


_current = Configured()
_begun: List[bool] = []  # one for each time that env.py was executed
_read: List[bool] = []  # whether revisions were imported before that


def configured() -> Configured:
    """What env.py has configured in this task."""
    return _current


def is_stale() -> bool:
    """Whether env.py was not at its first time in this process, and did not come far enough to reach a database.

    Some can be executed once only: they map classes, or register what may not be registered twice.
    """
    return len(_begun) > 1 and _current.is_empty


def note_revisions() -> None:
    """Revisions were imported: commands do so after env.py alone."""
    if not _begun:
        _read.append(True)


def is_out_of_order(error: BaseException) -> bool:
    """Whether a failure may come of revisions that were imported before env.py: modules that import each other are
    found in the order that the project knows.
    """
    kinds = (ImportError, AttributeError)
    found = (isinstance(link, kinds) and not isinstance(link, ModuleNotFoundError) for link in chain(error))
    return bool(_read) and len(_begun) == 1 and _current.is_empty and any(found)


def has_changed_models() -> bool:
    """Whether the models are other ones now than at the beginning of the task."""
    return _current.once and _current.state != state(_current.metadata)


def reset(spec: Dict[str, Any], **options: Any) -> None:
    """Forget the task before."""
    global _current  # noqa: PLW0603  one task after another
    _current = Configured(spec.get("database"), **options)
    _begun.append(True)
    comparators.begin()


def install() -> None:
    """Hook into every `context.configure` and `context.run_migrations`, and into what runs env.py."""
    _install_runner()
    configure_as_ever, run_as_ever = EnvironmentContext.configure, EnvironmentContext.run_migrations

    @wraps(configure_as_ever)
    def configure(self: Any, *arguments: Any, **options: Any) -> None:
        configure_as_ever(self, *arguments, **(options if arguments else offline.connected(self, options)))
        context = self.get_context()
        require_postgresql(context.dialect)
        _current.note(context)
        comparators.replace_earlier()
        if _current.makes_version_schema:
            _make_version_schema(context)

    @wraps(run_as_ever)
    def run_migrations(self: Any, **options: Any) -> None:
        context = self.get_context()
        if not _current.concerns(context) or (_current.once and _current.runs):
            return
        _current.runs += 1
        run_as_ever(self, **options)
        commits.expect(context)

    patched: Any = EnvironmentContext
    patched.configure, patched.run_migrations = configure, run_migrations
    commits.install()
    offline.install()
    x_arguments.install()


def _install_runner() -> None:
    """env.py gets an event loop where it needs one, and runs its offline half where it has no other."""
    execute_as_ever = ScriptDirectory.run_env

    def execute(directory: Any) -> None:
        if not _needs_a_loop(directory) or not _ran_in_a_loop(execute_as_ever, directory):
            execute_as_ever(directory)

    @wraps(execute_as_ever)
    def run_env(self: Any) -> None:
        with offline.closing():
            try:
                execute(self)
            except (SystemExit, NotImplementedError):
                if not _current.is_empty or not offline.is_all(self):
                    raise
            if _current.is_empty and offline.is_all(self):
                with offline.pretended():
                    execute(self)

    directory: Any = ScriptDirectory
    directory.run_env = run_env


def _needs_a_loop(directory: Any) -> bool:
    """Whether env.py makes an engine that waits, and the one driver at hand is made to be awaited."""
    if installed_driver(asynchronous=False) != "asyncpg":
        return False
    source = Path(str(directory.dir), "env.py").read_text(encoding="utf-8", errors="replace")
    return re.search(r"\b(async|asyncio|anyio|await)\b|async_engine", source) is None


def _ran_in_a_loop(execute: Any, directory: Any) -> bool:
    """Execute env.py inside a loop; False where a library that it calls starts one by itself."""
    from sqlalchemy.util import greenlet_spawn  # noqa: PLC0415  not before 1.4

    try:
        asyncio.run(greenlet_spawn(execute, directory))
    except RuntimeError as error:
        if "running event loop" not in str(error):
            raise
        return False
    return True


def _make_version_schema(context: Any) -> None:
    """To stamp what `create_all` built, the schema of the version table has to be there."""
    schema = context.opts.get("version_table_schema")
    if not schema or context.connection is None:
        return
    quoted = names.in_quotes(context.dialect, schema)
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

    `command` are options of the command line that env.py may look at, those of autogenerate if there are none;
    `options` are those of the `EnvironmentContext`. Raises what env.py raises, and `Problem` when it never came to the
    migrations.
    """
    # Some do nothing for an upgrade of an empty database, which their application fills.
    config = configuration.make(spec, **(command or configuration.AUTOGENERATE))
    with configuration.explained(spec):
        return run_with(spec, config, configuration.scripts(config), function, **options)


def run_with(
    spec: Dict[str, Any],
    config: Config,
    directory: ScriptDirectory,
    function: Function,
    once: bool = False,
    make_version_schema: bool = False,
    **options: Any,
) -> Configured:
    """The same with a configuration that is made already."""
    reset(spec, once=once, makes_version_schema=make_version_schema)
    with commits.watched(), EnvironmentContext(config, directory, fn=function, **options):
        directory.run_env()
    if not _current.runs:
        name = Path(str(directory.dir)).name
        if _current.database is not None and _current.options == {}:
            raise Problem("env", "{}/env.py has no database {!r}".format(name, _current.database))
        raise Problem("env", "{}/env.py ended without calling context.run_migrations()".format(name))
    return _current
