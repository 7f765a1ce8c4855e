"""Each run has accounts of its own: none reaches what another run has, or finds what an earlier one left."""

import json
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from bot.system import account_numbers, remove
from tests.attacks import two_runs
from tests.attacks.test_interpreters import NOT_AS_ROOT
from tests.fakes.engine import IMAGE
from tests.support.machine import ROOT, Machine
from tests.support.projects import MODELS

NOTHING = {"during": [], "after": [], "left": [], "distinct": True}
ALONE = "alone"  # nothing but accounts, as on an old kernel in a container


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(dir="/var/tmp"))
    made.chmod(0o755)
    yield made
    remove(made)


def _two_runs(folder: Path, *ways: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, two_runs.__file__, str(folder), *ways],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return _told(done.stdout)


def _told(text: str) -> dict[str, object]:
    told: dict[str, object] = json.loads(text.splitlines()[-1])
    return told


@NOT_AS_ROOT
@pytest.mark.parametrize("ways", [(), (ALONE,)])
def test_of_two_runs_neither_reaches_the_other_or_what_it_left(folder: Path, ways: tuple[str, ...]) -> None:
    assert _two_runs(folder, *ways) == NOTHING


@NOT_AS_ROOT
def test_the_same_attempts_come_through_with_one_account(folder: Path) -> None:
    told = _two_runs(folder, ALONE, "shared")
    during, after = told["during"], told["after"]
    assert isinstance(during, list)
    assert isinstance(after, list)
    assert {"signal", "stop", "trace", "memory", "environment", "files", "priority", "read", "leave"} <= {*during}
    assert {"list", "rights", "run", "leave"} <= {*after}


@pytest.mark.parametrize("ways", [(), (ALONE,)])
def test_nor_in_a_container(engine: docker.DockerClient, ways: tuple[str, ...]) -> None:
    printed = engine.containers.run(
        IMAGE,
        ["-I", "/two_runs.py", "/var/tmp/runs", *ways],
        entrypoint="/opt/migration-bot/bin/python",
        volumes=[f"{two_runs.__file__}:/two_runs.py:ro"],
        remove=True,
    )
    assert _told(printed.decode()) == NOTHING


NAMED = """
import getpass, json, os, pathlib
there = [os.getuid(), getpass.getuser(), str(pathlib.Path.home()), os.path.expanduser("~"), os.environ["HOME"]]
raise RuntimeError("loot: " + json.dumps([*map(str, there)]) + " :loot")
"""


def test_the_account_has_a_name_and_a_home_and_the_next_run_has_others(machine: Machine) -> None:
    machine.commit({"models.py": MODELS + NAMED})
    (first, name, *homes), (second, _, *others) = (machine.check().loot for _ in range(2))
    assert len({*homes}) == len({*others}) == 1
    assert not Path(homes[0]).exists()
    assert homes != others
    if machine.account.is_other:
        assert (name, first) == (pwd.getpwuid(int(first)).pw_name, second)
    else:
        assert name == "migration-bot"
        assert first != second
        assert int(first) in account_numbers.of_runs()
