"""What has the modules compiled that workers import, in a new environment.

In: its folder, and names of modules. Out: a command, which is run by the account that may write there. All of it would
take longer than the installation, and little of it is imported; without it each worker would compile that again.
"""

from collections.abc import Iterable
from pathlib import Path

_SCRIPT = Path(__file__).parents[1] / "worker/compile_imports.py"
# Imported in parts, by names that the project's code does not say.
_ALWAYS = tuple(
    f"{name}.*" for name in ("alembic", "sqlalchemy", "mako", "psycopg2", "psycopg", "asyncpg", "greenlet", "pg8000")
)


def command(environment: Path, names: Iterable[str], told: Path) -> list[str]:
    """The command; the names are written into the folder `told`, which that account can read."""
    listed = told / "imported.txt"
    listed.write_text("\n".join([*_ALWAYS, *names]), encoding="utf-8")
    # Alone (-I) and without what packages do at the start of Python (-S).
    program = [str(environment / "bin/python"), "-I", "-S", "-c", _SCRIPT.read_text(encoding="utf-8")]
    return [*program, str(listed), *map(str, environment.glob("lib/python*/site-packages"))]
