"""kill -9 of the bot and of each of its tools, wherever the project's code stands at that moment."""

import os
import signal
import socket
from textwrap import dedent

import pytest

from tests.support.machine import Machine
from tests.support.processes import running, segments
from tests.support.projects import ENV, FILES, MODELS
from tests.support.stops import OWN_MIGRATION, stop, stopped
from tests.support.waiting import wait_until

WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"
BACKEND = 'requires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
INSTALL = ("--install", "uv pip install --no-index --no-deps ./evil")
PLACES = ("models", "env.py", "an upgrade", "an installation")


def _stop_in(machine: Machine, place: str) -> tuple[str, ...]:
    """Commit a change that stops there; options of the command."""
    path = machine.folder / "stop"
    files = {"models.py": WITH_AGE}
    if place == "models":
        files["models.py"] += stop(path)
    elif place == "env.py":
        files["migrations/env.py"] = stop(path) + ENV
    elif place == "an upgrade":
        files["migrations/versions/b2_own.py"] = OWN_MIGRATION.format(stop=stop(path, "    "))
    else:
        files["evil/pyproject.toml"] = f'[project]\nname = "evil"\nversion = "1"\n\n[build-system]\n{BACKEND}'
        files["evil/backend.py"] = stop(path)
    machine.commit(files)
    return INSTALL if place == "an installation" else ()


@pytest.mark.in_turn
@pytest.mark.parametrize("place", PLACES)
def test_a_bot_that_is_killed_leaves_nothing(machine: Machine, listener: socket.socket, place: str) -> None:
    options = _stop_in(machine, place)
    with stopped(machine, listener, *options) as run:
        assert run.descendants
        run.bot.kill()
        wait_until(lambda: not running(run.descendants), lambda: str(running(run.descendants)))
        wait_until(lambda: segments(run.descendants) == [])
        machine.expect_clean()


@pytest.mark.in_turn
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_bot_that_is_asked_to_end_leaves_nothing(
    machine: Machine, listener: socket.socket, number: signal.Signals
) -> None:
    _stop_in(machine, "an upgrade")
    with stopped(machine, listener) as run:
        run.bot.send_signal(number)
        code, printed = run.end()
        assert code not in (0, 1), printed
        assert "Traceback" not in printed
        wait_until(lambda: not running(run.descendants), lambda: str(running(run.descendants)))


@pytest.mark.in_turn
def test_a_bot_with_several_environments_ends_at_once_as_well(machine: Machine, listener: socket.socket) -> None:
    """They are examined in threads: nobody waits for what the project's code is doing there."""
    machine.commit({f"second/{name}": text for name, text in FILES.items()})
    (machine.repository / "second/models.py").write_text(dedent(WITH_AGE))
    _stop_in(machine, "an upgrade")
    with stopped(machine, listener) as run:
        run.bot.terminate()
        code, printed = run.end()
        assert code == 143, printed
        wait_until(lambda: not running(run.descendants), lambda: str(running(run.descendants)))


@pytest.mark.in_turn
def test_a_server_that_is_killed_is_named(machine: Machine, listener: socket.socket) -> None:
    _stop_in(machine, "an upgrade")
    with stopped(machine, listener) as run:
        for pid in run.find("/postgres -D"):
            os.kill(pid, signal.SIGKILL)
        run.go_on()
        code, printed = run.end()
        assert code == 3, printed
        assert segments(run.descendants) == []
        (project,) = run.report.projects
        assert project.error is not None
        assert (project.error.kind, run.report.status) == ("server", "error")
        assert "server" in printed


@pytest.mark.in_turn
def test_a_session_that_is_killed_is_named(machine: Machine, listener: socket.socket) -> None:
    """As when memory runs out: the server ends all sessions then, whatever they were doing."""
    _stop_in(machine, "an upgrade")
    with stopped(machine, listener) as run:
        os.kill(run.find("idle in transaction")[0], signal.SIGKILL)
        run.go_on()
        code, printed = run.end()
        assert code == 3, printed
        assert run.report.projects[0].error is not None
        assert run.report.projects[0].error.kind == "server"


@pytest.mark.in_turn
def test_a_server_that_hangs_is_named(machine: Machine, listener: socket.socket) -> None:
    _stop_in(machine, "an upgrade")
    with stopped(machine, listener, MIGRATION_BOT_TIMEOUT="20") as run:
        for pid in run.find("postgres"):
            os.kill(pid, signal.SIGSTOP)
        run.go_on()
        code, printed = run.end()
        assert code == 3, printed
        assert segments(run.descendants) == []
        assert run.report.projects[0].error is not None
        assert run.report.projects[0].error.kind == "server"


@pytest.mark.in_turn
@pytest.mark.parametrize("place", ["models", "env.py", "an upgrade"])
def test_a_worker_that_is_killed_is_named(machine: Machine, listener: socket.socket, place: str) -> None:
    _stop_in(machine, place)
    with stopped(machine, listener) as run:
        for pid in run.find("migration_bot_worker"):
            os.kill(pid, signal.SIGKILL)
        code, printed = run.end()
        assert code in (0, 1), printed  # a worker is replaced where its task had not begun
        assert "signal 9" in printed or run.report.status == "proven", printed


@pytest.mark.in_turn
def test_an_installer_that_is_killed_is_named(machine: Machine, listener: socket.socket) -> None:
    options = _stop_in(machine, "an installation")
    with stopped(machine, listener, *options) as run:
        for pid in run.find("uv pip install"):
            os.kill(pid, signal.SIGKILL)
        code, printed = run.end()
        assert code == 1, printed
        assert "--install" in printed
        assert run.report.status == "error"


@pytest.mark.in_turn
def test_a_later_run_clears_what_a_killed_one_left(machine: Machine, listener: socket.socket) -> None:
    """Even who tidies up may be killed."""
    _stop_in(machine, "an upgrade")
    with stopped(machine, listener) as run:
        for pid in [*run.descendants, run.bot.pid]:
            os.kill(pid, signal.SIGKILL)
        run.bot.wait()
        assert machine.left() != []
    larger = WITH_AGE + "    size = sa.Column(sa.Integer)\n"
    machine.commit({"migrations/versions/b2_own.py": OWN_MIGRATION.format(stop=""), "models.py": larger})
    later = machine.check()
    assert later.code == 0, later.printed
    wait_until(lambda: segments(run.descendants) == [])  # another test's run may be the one that clears it
    machine.expect_clean()
