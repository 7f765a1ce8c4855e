"""Alembic's configuration as each kind of project writes it: an ini file, pyproject.toml, or Flask-Migrate.

Comes in: the specification. Goes out: a `Config` with an address that parses, for one task.
"""

import configparser
import io
import os
import re
import sys
from argparse import Namespace
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List

from alembic.config import Config
from alembic.script import ScriptDirectory

from . import flask_app
from .connection import installed_driver
from .problems import Problem

_PLACEHOLDER = re.compile(r"^\s*$|^driver:|^<|\buser:pass@localhost/dbname$")
_ASYNC = re.compile(r"\b(async_engine_from_config|create_async_engine|AsyncEngine)\b")


def make(spec: Dict[str, Any], application: bool = True, **options: Any) -> Config:
    """The configuration for one task; `options` are what the command line would say.

    Without `application`, a Flask project's application is not imported. Raises `Problem`.
    """
    with explained(spec):
        config = _read(spec, application)
        given = {"config": spec["config"], "name": spec["section"], "x": spec.get("x") or None}
        config.cmd_opts = Namespace(**dict(_COMMAND_LINE, **dict(given, **options)))
        config.stdout = io.StringIO()
        _complete_address(config)
    return config


# What env.py files look at in `config.cmd_opts`.
_COMMAND_LINE: Dict[str, Any] = {
    "x": None,
    "autogenerate": False,
    "sql": False,
    "tag": None,
    "raiseerr": True,
    "quiet": True,
    "message": None,
}


def _read(spec: Dict[str, Any], application: bool) -> Config:
    path = spec["config"]
    if spec["kind"] == "pyproject":
        try:
            return Config(toml_file=path, ini_section=spec["section"])
        except TypeError:
            raise Problem(
                "config", "this Alembic does not read [tool.alembic] of pyproject.toml (1.16 and newer do)"
            ) from None
    if spec["kind"] != "flask":
        return Config(path, ini_section=spec["section"])
    directory = str(Path(path).parent)
    if application:
        made: Config = flask_app.configuration(spec, directory)
        return made
    config = Config(path, ini_section=spec["section"])
    config.set_main_option("script_location", directory.replace("%", "%%"))
    return config


@contextmanager
def explained(spec: Dict[str, Any]) -> Iterator[None]:
    """Say which file is wrong where configparser only knows its own words."""
    try:
        yield
    except configparser.Error as error:
        name = os.path.relpath(spec["config"], spec["checkout"])
        raise Problem("config", "{}: {}".format(name, " ".join(str(error).split()))) from error


def scripts(config: Config) -> ScriptDirectory:
    """The script directory, read anew; `prepend_sys_path` is put on the path once only."""
    directory = ScriptDirectory.from_config(config)
    seen: List[str] = []
    for entry in sys.path:
        if entry not in seen:
            seen.append(entry)
    sys.path[:] = seen
    return directory


def _complete_address(config: Config) -> None:
    """Where there is only a placeholder, put an address that parses; it is never connected to."""
    try:
        url = config.get_main_option("sqlalchemy.url") or ""
    except configparser.InterpolationError:
        url = ""
    if _PLACEHOLDER.search(url) or "://" not in url:
        driver = installed_driver(_is_async(config))
        if driver is not None:
            config.set_main_option("sqlalchemy.url", "postgresql+{}://user:password@localhost/database".format(driver))


def _is_async(config: Config) -> bool:
    try:
        directory = ScriptDirectory.from_config(config)
        source = Path(str(directory.dir), "env.py").read_text(encoding="utf-8", errors="replace")
    except Exception:
        return False  # whatever is wrong with the scripts is reported when they are used
    return bool(_ASYNC.search(source))
