"""What went wrong in the worker, as an error for people."""

from bot.project.client.answers import WorkerFailure
from bot.project.client.failures import to_error
from tests.support.troubleshooting import appears


def test_arguments_that_env_py_does_not_find_are_named_as_options() -> None:
    failure = WorkerFailure(
        kind="env", type="KeyError", message="'tenant'", path="migrations/env.py", line=3, x=["tenant"]
    )
    error = to_error(failure, "")
    assert error.message == "migrations/env.py, line 3: KeyError: 'tenant'"
    appears("env.py reads arguments of Alembic's own -x that are not given", error.advice)
    assert error.advice.endswith("give -x tenant=….")
