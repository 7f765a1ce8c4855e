"""Flask-Migrate: its env.py wants the application's context.

In: the specification. Out: the `Config` that Flask-Migrate itself would make. The application is
imported by its name first, so that the reason of a failure is seen and not just "No such command 'db'".
"""

import os
import re
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List

from .connection import redirect
from .problems import Problem

_LIKELY = re.compile(r"^def (create_app|make_app)\b|^(app|application)\s*=", re.MULTILINE)
_MAKES = re.compile(r"\bFlask\(")
_ASIDE = {"migrations", "versions", "site-packages", "node_modules", "venv"}
_loaded: List[Any] = []


def configuration(spec: Dict[str, Any], directory: str) -> Any:
    """Push the application's context (once per process) and ask the extension for its configuration."""
    if not _loaded:
        with redirect.loading():
            _loaded.append(_load(spec["cwd"]))
        _loaded[0].app_context().push()
    extension = _loaded[0].extensions.get("migrate")
    if extension is None:
        raise Problem("flask", "the Flask application has no Flask-Migrate: Migrate(app, db) was not called")
    return extension.migrate.get_config(directory)


def _load(cwd: str) -> Any:
    cli = import_module("flask.cli")
    cli.load_dotenv()
    if not os.environ.get("FLASK_APP"):
        found = _find(cwd)
        if found:
            os.environ["FLASK_APP"] = found
    name = os.environ.get("FLASK_APP", "")
    if name:
        module = re.split(r"(?<!^[A-Za-z]):", name, maxsplit=1)[0]
        import_module(cli.prepare_import(str(Path(cwd, module)) if module.endswith(".py") else module))
    try:
        return cli.ScriptInfo(app_import_path=name or None).load_app()
    except cli.NoAppException as error:
        if isinstance(error.__context__, ImportError):  # of what the application imports
            raise error.__context__ from None
        missing = [] if name else ["FLASK_APP"]
        raise Problem("flask", " ".join(str(error).split()), missing) from error


def _find(cwd: str) -> str:
    """The one module or package that looks like an application, where Flask's own names are not used."""
    folder = Path(cwd)
    if (folder / "wsgi.py").exists() or (folder / "app.py").exists():
        return ""
    near = _likely([*folder.glob("*.py"), *folder.glob("*/__init__.py")])
    if near:
        return module_name(near[0], folder) if len(near) == 1 else ""
    # One that makes an application, rather than one that uses it.
    deep = [path for path in _likely(own_files(folder)) if _MAKES.search(_text(path))]
    return module_name(deep[0], folder) if len(deep) == 1 else ""


def _likely(paths: Iterable[Path]) -> List[Path]:
    return [path for path in sorted(paths) if "flask" in _text(path).lower() and _LIKELY.search(_text(path))]


def own_files(folder: Path) -> Iterator[Path]:
    """Python files a few folders down, without tests, migrations and installed packages."""
    for depth in range(1, 5):
        for path in folder.glob("*/" * depth + "*.py"):
            parts = path.relative_to(folder).parts
            if not any(part.startswith((".", "test")) or part in _ASIDE for part in parts[:-1]):
                yield path


def module_name(path: Path, folder: Path) -> str:
    """Its name as it is imported: from the outermost package, or from the folder where `flask` is run."""
    parts = list(path.relative_to(folder).with_suffix("").parts)
    if parts[-1] == "__init__":
        del parts[-1]
    if len(parts) > 1 and parts[0] in ("src", "lib") and not (folder / parts[0] / "__init__.py").exists():
        del parts[0]
    return ".".join(parts)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
