"""Alembic and the models of a case, in the Python of the case: one fork for each request.

In: one JSON object a line on standard input, `{"models": folder, "do": name, ...}`. Out: one a line on
standard output, `{"ok": value}` or `{"error": text}`. Run as a script; needs only alembic, sqlalchemy and a driver.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import alembic.command
import alembic.config
import sqlalchemy as sa


def create_all(request: dict[str, Any]) -> None:
    """Build what the models declare."""
    # The case's own, found in the folder of the request.
    from models import Base  # type: ignore[import-not-found]  # noqa: PLC0415

    # Outside of a transaction: indexes may be made concurrently.
    engine = sa.create_engine(request["url"], poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT")
    Base.metadata.create_all(engine)


def upgrade(request: dict[str, Any]) -> None:
    """Run all migrations of the project."""
    alembic.command.upgrade(_config(request), "head")


def downgrade(request: dict[str, Any]) -> None:
    """Undo all migrations of the project."""
    alembic.command.downgrade(_config(request), "base")


def revision(request: dict[str, Any]) -> str:
    """Let plain Alembic write the migration; the answer is its path."""
    script: Any = alembic.command.revision(_config(request), message="change", autogenerate=True)
    return str(script.path)


def _config(request: dict[str, Any]) -> alembic.config.Config:
    config = alembic.config.Config(request["config"], stdout=sys.stderr)
    config.set_main_option("sqlalchemy.url", request["url"].replace("%", "%%"))
    return config


ACTIONS: dict[str, Callable[[dict[str, Any]], object]] = {
    action.__name__: action for action in (create_all, upgrade, downgrade, revision)
}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked in this process and say what came of it."""
    sys.path.insert(0, request["models"])
    try:
        return {"ok": ACTIONS[request["do"]](request)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {str(error).partition('(Background on')[0][:2000]}"}


def main() -> None:
    """Answer until there are no more requests."""
    replies = os.dup(1)
    os.dup2(2, 1)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.write(replies, json.dumps(answer(json.loads(line))).encode() + b"\n")
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if status:
            os.write(replies, json.dumps({"error": f"the process ended with status {status}"}).encode() + b"\n")


if __name__ == "__main__":
    main()
