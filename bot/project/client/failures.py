"""What a worker says went wrong, as an error for people: what, where, and what to do about it."""

import shlex

from bot.database.advice import advice_for
from bot.errors import BotError, ProjectError, ToolError
from bot.project.client.answers import WorkerFailure
from bot.sqltext import quote
from bot.system import LOG_TAIL

_ADVICE = {
    "syntax": "Correct the file; the project's Python cannot read it.",
    "exit": "Remove exit calls from what env.py, models and migrations do when they are imported.",
    "memory": "The code needs more memory than it may use; look for a loop that collects without end.",
    "config": "Correct the Alembic configuration.",
    "creator": "Let env.py make an engine with create_engine(), of a URL or with this pool.",
    "connection": "Migrations and models must not connect to a database when they are imported.",
    "driver": "Add a PostgreSQL driver such as psycopg2-binary to the project's requirements.",
    "uncommitted": "Let env.py call connection.commit() before context.configure(), or after the migrations.",
    "version-schema": "Let env.py make the schema before the migrations run, or, where an administrator makes it, let "
    "them do so here as well: ",
    "env": "env.py must call context.run_migrations() when it runs online. Where it does so for each row of a table,"
    " as of tenants, let --setup make the table with one row.",
    "flask": "Set FLASK_APP with --env FLASK_APP=module:application, and call Migrate(app, db).",
    "database": "The statement fails on PostgreSQL; correct the migration or the models.",
    "alembic": "Alembic's own command says the same in a fresh clone of this commit: correct what it names.",
    "revision": "Let process_revision_directives leave the script in place when it has operations.",
    "operation": "Write this migration by hand: it is checked as well.",
}
# Of what the project's code raises, with nothing to go by.
_ANYTHING = (
    "The code runs in a fresh clone, without network and with no settings but those given: what it lacks can be given, "
    "be it a setting (--env), a file that is not in git (--prepare) or a package (--install)."
)


def to_error(failure: WorkerFailure, log_tail: str) -> BotError:
    """The error; the failure's texts come from the project's code and are not interpreted."""
    where = ""
    if failure.path:
        where = f"{failure.path}, line {failure.line}: " if failure.line else f"{failure.path}: "
    own = failure.type in ("Problem", "SystemExit", "")
    what = failure.message if own else f"{failure.type}: {failure.message}".removesuffix(": ")
    tail = "\n".join(part for part in (log_tail.strip(), failure.traceback.strip()) if part)
    # What the machine lacks is no fault of the project's.
    if failure.kind == "server":
        return ToolError(where + what, advice_for(what), kind="server", log_tail=tail[-LOG_TAIL:])
    if failure.kind == "machine":  # and whoever wanted to write matters little
        return ToolError(where + what, advice_for(what), kind="machine")
    error = ProjectError(where + what, _advice(failure), kind=failure.kind, log_tail=tail[-LOG_TAIL:])
    error.databases = tuple(failure.missing) if failure.kind == "databases" else ()
    error.revision = failure.revision if isinstance(failure.revision, str) else ""
    error.module, error.host = failure.module or "", failure.host or ""
    error.missing, error.asked = tuple(failure.missing), tuple(failure.asked)
    return error


def _advice(failure: WorkerFailure) -> str:
    if failure.missing and failure.kind in ("settings", "flask"):
        options = " ".join(f"--env {name}=…" for name in failure.missing)
        return f"Give the project's settings: {options}"
    advice = _ADVICE.get(failure.kind, "")
    if failure.kind == "version-schema":
        made = (f"CREATE SCHEMA {quote.name(schema)}" for schema in failure.missing)
        advice += " ".join(f"--setup {shlex.quote(statement)}" for statement in made)
    if failure.type == "PermissionError":
        advice = (
            "The project's code sees its checkout and its packages, and reaches its database alone; give it a setting "
            "that makes it do without this, with --env NAME=VALUE."
        )
    if failure.kind == "import" and failure.module:
        advice = _advice_on_import(failure.module)
    if failure.kind == "database" and 'near "PRAGMA"' in failure.message:
        advice = (
            "PRAGMA is SQLite's: let the listener send it for SQLite alone, as with "
            '`if type(dbapi_connection).__module__.startswith("sqlite3")`.'
        )
    if failure.kind == "dialect":
        advice = "A setting must select PostgreSQL (any address that parses: it is never connected to)."
    if failure.asked and failure.kind in ("dialect", "exception", "env"):
        named = ", ".join(failure.asked)
        advice = f"{advice} The code asked for these environment variables, which are not set: {named}.".strip()
    if failure.x and failure.kind in ("exception", "exit", "env", "alembic", "database", "dialect"):
        options = " ".join(f"-x {name}=…" for name in failure.x)
        advice = f"{advice} env.py reads arguments of Alembic's own -x that are not given: give {options}.".strip()
    return advice or _ANYTHING


def _advice_on_import(module: str) -> str:
    # Python names the outermost part that is missing: what is before the last dot was found.
    package, _, name = module.rpartition(".")
    if package:
        return (
            f"There is a {package} without {name}. If that is a file of the project's, commit it; if not, {package} "
            "does not fit this version of Python or of another package: choose them with --python and --install."
        )
    return f"Is {module} among the project's requirements? If not, add it or use --install."
