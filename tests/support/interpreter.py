"""The Python of the tests' projects: Alembic, SQLAlchemy and the driver, and nothing else.

Workers import them hundreds of times. In these tests' own environment, Alembic finds more to import with them, and more
packages to ask for entry points.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

from tests.support.once import compile_files, made_once

_NAMES = ("alembic", "sqlalchemy", "psycopg2-binary", "mako", "markupsafe", "typing-extensions")


def project_python() -> Path:
    return made_once("project", make) / "bin/python"


def make(folder: Path, base: Path = Path(sys.executable), env: Mapping[str, str] | None = None) -> None:
    """With the compiled files that are there; their times tell that they fit. Not every installer makes them."""
    subprocess.run([str(base), "-m", "venv", "--without-pip", str(folder)], check=True, env=env)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in _NAMES:
        found = distribution(name)
        for top in {path.parts[0] for path in found.files or () if path.parts[0] != ".."}:
            source = Path(str(found.locate_file(top)))
            if source.is_dir():
                shutil.copytree(source, packages / top, dirs_exist_ok=True)
            else:
                shutil.copy2(source, packages / top)
    compile_files(packages)
