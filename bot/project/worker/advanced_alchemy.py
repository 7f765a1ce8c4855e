"""advanced-alchemy: its env.py reads what the application's own code configures, beside the file of Alembic's.

In: the specification, and Alembic's `Config`. Out: the same with what `litestar database` or `alchemy --config` would
put into it. A Litestar application is loaded by its name, which imports its models as well; without one, the module
that makes the configuration is imported.
"""

import os
import re
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict, Iterator, List

from alembic.config import Config

from .connection import redirect
from .flask_app import module_name, own_files
from .problems import Problem

_READ = re.compile(r"\bAlembicCommandConfig\b|\bconfig\.(?:bind_key|db_url|version_table_pk)\b")
_APPLICATION = re.compile(r"""\bLITESTAR_APP["']?\s*[,=:]\s*["']?([\w.]+:\w+)""")
_MAKES = re.compile(r"\bSQLAlchemy(?:Async|Sync)Config\(")
_OUTSIDE = ("*Dockerfile*", "Makefile", "*.env*", "*.toml", "*.y*ml", "*.sh")
_loaded: List[Any] = []


def is_installed() -> bool:
    return find_spec("advanced_alchemy") is not None


def complete(spec: Dict[str, Any], config: Config, source: str) -> None:
    """Put in what the library's own `Config` has beyond Alembic's, if `source`, the text of env.py, reads it."""
    if not _READ.search(source):
        return
    if not _loaded:
        with redirect.loading():
            _loaded.append(_chosen(spec, list(_configurations(spec))))
    made = import_module("advanced_alchemy.alembic.commands").AlembicCommands(_loaded[0]).config
    for name, value in vars(made).items():
        if not hasattr(config, name):
            setattr(config, name, value)


def _chosen(spec: Dict[str, Any], found: List[Any]) -> Any:
    """Of several databases the one whose scripts are meant."""
    if not found:
        message = "env.py reads what advanced-alchemy configures, and no application or module was found that makes it"
        raise Problem("settings", message, ["LITESTAR_APP"])
    folder = Path(spec.get("script_location") or Path(spec["config"]).parent).name
    return next((each for each in found if Path(each.alembic_config.script_location).name == folder), found[0])


def _configurations(spec: Dict[str, Any]) -> Iterator[Any]:
    """What the application uses; else what modules of the project's have at hand."""
    name = os.environ.get("LITESTAR_APP") or _named(spec)
    if name and find_spec("litestar") is not None:
        import_module(name.partition(":")[0])
        yield from _of_application(import_module("litestar.cli._utils").LitestarEnv.from_env(name).app)
        return
    folder = Path(spec["cwd"])
    for path in sorted([*folder.glob("*.py"), *own_files(folder)]):
        if _MAKES.search(_text(path)):
            yield from _in_module(import_module(module_name(path, folder)))


def _of_application(application: Any) -> Iterator[Any]:
    plugins = import_module("advanced_alchemy.extensions.litestar.plugins")
    plugin = application.plugins.get(plugins.SQLAlchemyInitPlugin)
    found = plugin.config if hasattr(plugin, "config") else plugin._config
    yield from found if isinstance(found, (list, tuple)) else [found]


def _in_module(module: Any) -> Iterator[Any]:
    for value in list(vars(module).values()):
        for each in value if isinstance(value, (list, tuple)) else [value]:
            if not isinstance(each, type) and hasattr(each, "alembic_config") and hasattr(each, "get_engine"):
                yield each


def _named(spec: Dict[str, Any]) -> str:
    """The application that the repository's own files name."""
    folder, root = Path(spec["cwd"]), Path(spec["checkout"])
    outside = [path for place in dict.fromkeys((folder, root)) for name in _OUTSIDE for path in place.glob(name)]
    for path in [*sorted(outside), *sorted(own_files(folder))]:
        match = _APPLICATION.search(_text(path))
        if match and _is_there(match[1].partition(":")[0]):
            return match[1]
    return ""


def _is_there(module: str) -> bool:
    try:
        return module in sys.modules or find_spec(module) is not None
    except ImportError:
        return False


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
