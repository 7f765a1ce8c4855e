"""The time of day leaps to and fro while the bot works: nothing that it waits for may depend on it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.machine import Machine
from tests.support.projects import MODELS

YEAR = 365 * 24 * 3600  # seconds
LEAPS = (YEAR, -YEAR)
WATCH = """
import time
times = []
for _ in range(60):
    times.append(time.time())
    time.sleep(0.01)
print(max(times) - min(times))
"""


@pytest.fixture(scope="session")
def leaping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that shows every program loading it another time of day."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler on this machine")
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    source = Path(__file__).with_name("jumping_clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    return library


@pytest.mark.in_turn
@pytest.mark.parametrize("leap", LEAPS)
def test_a_clock_that_leaps_changes_nothing(machine: Machine, leaping: Path, leap: int) -> None:
    library = str(shutil.copy(leaping, machine.folder))
    env = {"LD_PRELOAD": library, "CLOCK_LEAP": str(leap)}
    seen = machine.run([str(machine.python), "-c", WATCH], {**machine.environ, **env}, machine.folder)
    assert float(seen.stdout) > YEAR - 1

    machine.commit({"models.py": MODELS + "    age = sa.Column(sa.Integer)\n"})
    ended = machine.check(env=env)
    assert ended.code == 0, ended.printed
    assert ended.report.status == "proven"
    assert 0 < ended.report.seconds["total"] < YEAR
    (project,) = ended.report.projects
    assert project.round_trip is not None
    assert all(0 <= step.seconds < YEAR for step in project.round_trip.steps)
