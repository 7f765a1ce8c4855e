"""Flask-Migrate: its env.py wants the application's context.

In: the specification. Out: the `Config` that Flask-Migrate itself would make. The application is
imported by its name first, so that the reason of a failure is seen and not just "No such command 'db'".
"""

import os
import re
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, List

from .connection import redirect
from .problems import Problem

_LIKELY = re.compile(r"^def (create_app|make_app)\b|^(app|application)\s*=", re.MULTILINE)
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
        missing = [] if name else ["FLASK_APP"]
        raise Problem("flask", " ".join(str(error).split()), missing) from error


def _find(cwd: str) -> str:
    """The one module or package that looks like an application, where Flask's own names are not used."""
    folder = Path(cwd)
    if (folder / "wsgi.py").exists() or (folder / "app.py").exists():
        return ""
    found = []
    for path in sorted([*folder.glob("*.py"), *folder.glob("*/__init__.py")]):
        source = path.read_text(encoding="utf-8", errors="replace")
        if "flask" in source.lower() and _LIKELY.search(source):
            found.append(path.parent.name if path.name == "__init__.py" else path.stem)
    return found[0] if len(found) == 1 else ""
