"""Alembic's configuration as each kind of project writes it: an ini file, pyproject.toml, or Flask-Migrate.

In: the specification. Out: a `Config` with an address that parses, for one task.
"""

import configparser
import io
import os
import re
import sys
from argparse import Namespace
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict, Iterator, List

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from . import advanced_alchemy, flask_app
from .connection import ASYNC_DRIVERS, SYNC_DRIVERS, installed_driver
from .problems import Problem

_PLACEHOLDER = re.compile(r"^\s*$|^driver:|^<|\buser:pass@localhost/dbname$")
_URL = "sqlalchemy.url"
_ASYNC = re.compile(r"\b(async_engine_from_config|create_async_engine|AsyncEngine)\b")


def make(spec: Dict[str, Any], application: bool = True, **options: Any) -> Config:
    """The configuration for one task; `options` are what the command line would say.

    Without `application`, a Flask project's application is not imported. Raises `Problem`.
    """
    with explained(spec):
        given = {"config": spec["config"], "name": spec["section"], "x": spec.get("x") or None}
        command_line = Namespace(**dict(_COMMAND_LINE, **dict(given, **options)))
        sys.argv[:] = _as_typed(spec["kind"], command_line)
        config = _read(spec, application)
        config.cmd_opts = command_line
        config.stdout = io.StringIO()
        _complete_addresses(config)
        if application and advanced_alchemy.is_installed():
            advanced_alchemy.complete(spec, config, _env(config))
    return _the_one(config)


_kept: Dict[type, Config] = {}


def _the_one(config: Config) -> Config:
    """The same object for all tasks, with this configuration.

    A command of Alembic's has a process to itself. A module that env.py imports (a library's, say) may keep
    `context.config` and set options there, which the template of the next file reads.
    """
    kept = _kept.setdefault(type(config), config)
    if kept is not config:
        vars(kept).clear()
        vars(kept).update(vars(config))
    return kept


AUTOGENERATE: Dict[str, Any] = {"cmd": (command.revision, ["message"], []), "autogenerate": True}

# What env.py files look at in `config.cmd_opts`.
_COMMAND_LINE: Dict[str, Any] = {
    "x": None,
    "autogenerate": False,
    "sql": False,
    "tag": None,
    "raiseerr": True,
    "quiet": True,
    "message": None,
    "cmd": (command.upgrade, ["revision"], []),
    "revision": "heads",
}


def _as_typed(kind: str, options: Namespace) -> List[str]:
    """The command as a shell would pass it: code asks there whether it runs in a migration."""
    program = ["flask", "db"] if kind == "flask" else ["alembic"]
    rest = ["--autogenerate"] if options.autogenerate else [options.revision]
    return [*program, options.cmd[0].__name__, *rest]


def _read(spec: Dict[str, Any], application: bool) -> Config:
    path = spec["config"]
    if spec["kind"] == "pyproject":
        try:
            return Config(toml_file=path, ini_section=spec["section"])
        except TypeError:
            raise Problem(
                "config", "this Alembic does not read [tool.alembic] of pyproject.toml (1.16 and newer do)"
            ) from None
    if spec["kind"] == "scripts":
        path = _stub()
    if spec["kind"] != "flask":
        config = Config(path, ini_section=spec["section"])
        if spec.get("script_location"):
            config.set_main_option("script_location", spec["script_location"].replace("%", "%%"))
        return config
    directory = str(Path(path).parent)
    if application:
        made: Config = flask_app.configuration(spec, directory)
        return made
    config = Config(path, ini_section=spec["section"])
    config.set_main_option("script_location", directory.replace("%", "%%"))
    return config


def _stub() -> str:
    """A file for an environment that has none, as `alembic init` writes it: env.py may set up logging by it."""
    path = Path(os.environ["TMPDIR"], "alembic.ini")
    path.write_text(_INI, encoding="utf-8")
    return str(path)


_INI = """\
[alembic]
prepend_sys_path = .
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARNING
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = generic
[formatter_generic]
format = %(levelname)s %(message)s
"""


@contextmanager
def explained(spec: Dict[str, Any]) -> Iterator[None]:
    """Say which file is wrong where configparser only knows its own words."""
    try:
        yield
    except configparser.Error as error:
        name = os.path.relpath(spec["config"], spec["checkout"])
        raise Problem("config", "{}: {}".format(name, " ".join(str(error).split()))) from error


def scripts(config: Config) -> ScriptDirectory:
    """The script directory, read again; `prepend_sys_path` is put on the path once only."""
    directory = ScriptDirectory.from_config(config)
    seen: List[str] = []
    for entry in sys.path:
        if entry not in seen:
            seen.append(entry)
    sys.path[:] = seen
    for location in directory._version_locations:
        # git keeps no empty folder, which older versions cannot do without, as for the first revision.
        with suppress(OSError):
            Path(str(location)).mkdir(parents=True, exist_ok=True)
    return directory


def _complete_addresses(config: Config) -> None:
    """Where an address leads nowhere that a test could, put one that parses; it is never connected to."""
    parser = config.file_config
    main = config.config_ini_section
    sections = [name for name in parser.sections() if parser.has_option(name, _URL)]
    for section in dict.fromkeys([main, *sections]):
        try:
            url = (config.get_main_option(_URL) if section == main else config.get_section_option(section, _URL)) or ""
        except configparser.InterpolationError:
            url = ""
        if not _fits(url, config):
            driver = installed_driver(_is_async(config))
            if driver is not None:
                address = "postgresql+{}://user:password@localhost/{}".format(driver, _database(section, main))
                config.set_section_option(section, _URL, address)


def _database(section: str, main: str) -> str:
    """The section's name tells several databases apart."""
    return "database" if section == main else re.sub(r"\W", "_", section)


def _fits(url: str, config: Config) -> bool:
    """Whether an address is one of PostgreSQL, for a driver that is installed and that env.py can use."""
    if _PLACEHOLDER.search(url) or "://" not in url:
        return False
    dialect, _, driver = url.partition("://")[0].partition("+")
    if dialect != "postgresql":
        return False
    if driver not in (*SYNC_DRIVERS, *ASYNC_DRIVERS):
        return True  # none, or one that a library of the project's registers
    return find_spec(driver) is not None and (driver != "asyncpg" or _is_async(config))


def _is_async(config: Config) -> bool:
    return bool(_ASYNC.search(_env(config)))


def _env(config: Config) -> str:
    """The text of env.py; whatever is wrong with the scripts is reported when they are used."""
    try:
        directory = ScriptDirectory.from_config(config)
        return Path(str(directory.dir), "env.py").read_text(encoding="utf-8", errors="replace")
    except Exception:
        return ""
