"""An environment that the user names, used as it is.

Comes in: an interpreter. Goes out: the same, or a twin of it that the worker's account can start.
"""

import hashlib
from pathlib import Path

from bot.errors import ProjectError
from bot.project.environment import interpreters
from bot.system import Account, run
from bot.system.atomic import whole_folder, write_whole

_LOOK = """
import importlib.util, sys, sysconfig
print(" ".join(name for name in ("alembic", "sqlalchemy") if importlib.util.find_spec(name) is None))
print(sysconfig.get_path("purelib"))
print(sysconfig.get_python_version())
"""


def as_given(python: Path, cache_dir: Path, account: Account) -> Path:
    """The interpreter to start workers with, looked at again only when something of it has changed.

    Raises `ProjectError` when it does not run, or lacks Alembic or SQLAlchemy.
    """
    note = cache_dir / "interpreters" / f"given-{_mark(python, account)}"
    try:
        known = Path(note.read_text())
    except OSError:
        known = _look(python, cache_dir, account)
        note.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        write_whole(note, str(known))
    return known


def _mark(python: Path, account: Account) -> str:
    """What changes with the interpreter or with the packages in its environment."""
    home = python.parent.parent
    places = [python.resolve(), home / "pyvenv.cfg", *home.glob("lib/python*/site-packages")]
    facts = [(str(place), place.stat().st_mtime_ns) for place in places if place.exists()]
    return hashlib.sha256(repr((str(python), account.uid, facts)).encode()).hexdigest()[:24]


def _look(python: Path, cache_dir: Path, account: Account) -> Path:
    looked = run([python, "-I", "-c", _LOOK], check=False)
    if looked.code != 0:
        raise ProjectError(
            f"--python {python} does not run",
            "Name another interpreter.",
            kind="python",
            log_tail=looked.stderr[-2000:],
        )
    lacking, packages, version = looked.stdout.splitlines()
    if lacking:
        raise ProjectError(
            f"--python {python}: {' and '.join(lacking.split())} cannot be imported there",
            f"Install what is missing: {python} -m pip install {lacking} psycopg2-binary",
            kind="python",
        )
    if not account.is_other or interpreters.runs(python, account):
        return python
    return _twin(python, Path(packages), version, cache_dir, account)


def _twin(python: Path, packages: Path, version: str, cache_dir: Path, account: Account) -> Path:
    """The user's environment with an interpreter that the worker's account can start."""
    base = interpreters.reachable(python, account, cache_dir)
    mark = hashlib.sha256(f"{python}\0{base}".encode()).hexdigest()[:16]
    twin = cache_dir / "interpreters" / f"twin-{mark}"
    if not twin.exists():
        with whole_folder(twin) as building:
            library = building / "lib" / f"python{version}"
            library.mkdir(parents=True, mode=0o755)
            (building / "bin").mkdir(mode=0o755)
            (building / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
            (building / "bin" / "python").symlink_to(base)
            (library / "site-packages").symlink_to(packages)
    return twin / "bin" / "python"
