"""An environment that the user names, used as it is.

In: an interpreter. Out: the same, or a twin of it that the worker's account can start. It may lie in the repository
itself: then it is the project's code like all else there, and is started as the worker's account, confined.
"""

import hashlib
from pathlib import Path

from bot.errors import ProjectError
from bot.project.environment.interpreters import Interpreters, base_of
from bot.system.atomic import whole_folder, write_whole

_LOOK = """
import importlib.util
print(" ".join(name for name in ("alembic", "sqlalchemy") if importlib.util.find_spec(name) is None))
"""


def usable_interpreter(python: Path, interpreters: Interpreters) -> Path:
    """The interpreter to start workers with, looked at again only when something of it has changed.

    Raises `ProjectError` when it does not run, or lacks Alembic or SQLAlchemy.
    """
    note = interpreters.cache / "interpreters" / f"given-{_mark(python, interpreters)}"
    twin = _shadow_folder(python, interpreters) / "bin" / "python"
    try:
        known = Path(note.read_text(errors="replace"))
    except OSError:
        known = Path()
    if known not in (python, twin) or not known.exists():  # the note, or the twin, may be damaged
        known = _startable(python, interpreters)
        _look(python, known, interpreters)
        note.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        write_whole(note, str(known))
    return known


def _mark(python: Path, interpreters: Interpreters) -> str:
    """What changes with the interpreter or with the packages in its environment."""
    home = python.parent.parent
    places = [python.resolve(), home / "pyvenv.cfg", *home.glob("lib/python*/site-packages")]
    facts = [(str(place), place.stat().st_mtime_ns) for place in places if place.exists()]
    return hashlib.sha256(repr((str(python), interpreters.account.is_other, facts)).encode()).hexdigest()[:24]


def _look(named: Path, python: Path, interpreters: Interpreters) -> None:
    said = interpreters.ask(python, _LOOK)
    if said is None:
        raise _does_not_run(named)
    lacking = [name for name in ("alembic", "sqlalchemy") if name in said.split()]
    if lacking:
        raise ProjectError(
            f"--python {named}: {' and '.join(lacking)} cannot be imported there",
            f"Install what is missing: {named} -m pip install {' '.join(lacking)} psycopg2-binary",
            kind="python",
        )


def _does_not_run(python: Path) -> ProjectError:
    return ProjectError(
        f"--python {python} does not run",
        "Name another interpreter; on a runner the account of the project's code has to be able to start it.",
        kind="python",
    )


def _shadow_folder(python: Path, interpreters: Interpreters) -> Path:
    mark = hashlib.sha256(f"{python}\0{base_of(python)}".encode()).hexdigest()[:16]
    return interpreters.cache / "interpreters" / f"twin-{mark}"


def _startable(python: Path, interpreters: Interpreters) -> Path:
    """The interpreter, or where the account cannot start that, the user's packages with one that it can."""
    if not interpreters.account.is_other or interpreters.runs(python):
        return python
    reachable = interpreters.reachable(python)
    base = base_of(python)
    libraries = sorted(path.parent.name for path in base.parent.parent.glob("lib/python3.*/os.py"))
    name = base.name if base.name in libraries else libraries[0] if libraries else ""
    if not name:
        raise _does_not_run(python)
    return _shadow_environment(python, reachable, name, _shadow_folder(python, interpreters))


def _shadow_environment(python: Path, base: Path, library_name: str, twin: Path) -> Path:
    """The user's environment with an interpreter that the worker's account can start."""
    if not twin.exists():
        with whole_folder(twin) as building:
            library = building / "lib" / library_name
            library.mkdir(parents=True, mode=0o755)
            (building / "bin").mkdir(mode=0o755)
            (building / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
            (building / "bin" / "python").symlink_to(base)
            (library / "site-packages").symlink_to(python.parent.parent / "lib" / library_name / "site-packages")
    return twin / "bin" / "python"
