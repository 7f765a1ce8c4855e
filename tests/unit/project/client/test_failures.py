"""What went wrong in the worker, as an error for people: none is left without a next thing to try."""

import pytest

from bot.errors import ProjectError
from bot.project.client.answers import WorkerFailure
from bot.project.client.failures import to_error
from tests.support.troubleshooting import appears

KINDS = (
    *("syntax", "exit", "memory", "config", "creator", "connection", "driver", "uncommitted", "version-schema", "env"),
    *("flask", "database", "alembic", "revision", "operation", "import", "dialect", "settings", "exception", "other"),
)


def test_arguments_that_env_py_does_not_find_are_named_as_options() -> None:
    failure = WorkerFailure(
        kind="env", type="KeyError", message="'tenant'", path="migrations/env.py", line=3, x=["tenant"]
    )
    error = to_error(failure, "")
    assert error.message == "migrations/env.py, line 3: KeyError: 'tenant'"
    appears("env.py reads arguments of Alembic's own -x that are not given", error.advice)
    assert error.advice.endswith("give -x tenant=….")


@pytest.mark.parametrize("kind", KINDS)
def test_each_names_what_to_try(kind: str) -> None:
    error = to_error(WorkerFailure(kind=kind, type="ValueError", message="no"), "")
    assert isinstance(error, ProjectError)
    assert error.advice, kind


def test_what_the_code_asked_for_is_better_than_what_it_may_lack() -> None:
    error = to_error(WorkerFailure(kind="exception", type="ValueError", message="no", asked=["TOKEN"]), "")
    assert error.advice == "The code asked for these environment variables, which are not set: TOKEN."


def test_what_only_sqlite_knows_is_named() -> None:
    """A listener on every engine's connections, in a project that began with SQLite."""
    said = 'syntax error at or near "PRAGMA"\nLINE 1: PRAGMA journal_mode=WAL'
    error = to_error(WorkerFailure(kind="database", type="SyntaxError", message=said), "")
    assert "for SQLite alone" in error.advice
