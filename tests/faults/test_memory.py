"""Too little memory, too few processes and files for all that a run needs."""

import subprocess

import pytest

from bot.system.limits import LEAST_ADDRESS_SPACE
from tests.support.machine import Machine
from tests.support.projects import MODELS
from tests.support.troubleshooting import appears

WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"
LONGEST = 300  # seconds until a run is taken for one that does not end


# KB of memory, and open files.
@pytest.mark.in_turn
@pytest.mark.parametrize(
    "limit",
    [
        *(f"-v {megabytes * 1024}" for megabytes in (100, 200, 300, 400, 500, 700)),
        *(f"-n {files}" for files in (8, 12, 16, 24, 40, 64)),
    ],
)
def test_a_machine_that_gives_too_little_is_named(machine: Machine, limit: str) -> None:
    machine.commit({"models.py": WITH_AGE})
    command = ["sh", "-c", f'ulimit {limit}; exec "$@"', "sh", *machine.words()]
    with machine.start(command) as run:
        try:
            printed, _ = run.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            run.kill()
            raise
    assert "bug of the bot" not in printed, printed
    told = (run.returncode in (1, 3) and "migration-bot: " in printed) or "no verdict" in printed
    assert told or (run.returncode == 0 and "proven" in printed), printed
    machine.expect_clean()


def test_too_little_address_space_to_begin_with_is_refused_at_once(machine: Machine) -> None:
    """With less, Python may wait for a thread that will never run."""
    limit = (LEAST_ADDRESS_SPACE - 1) * 1024
    with machine.start(["sh", "-c", f'ulimit -v {limit}; exec "$@"', "sh", *machine.words()]) as run:
        printed, _ = run.communicate()
    assert (run.returncode, "Raise the limit (`ulimit -v`)" in printed) == (3, True), printed
    appears("the address space of this process is limited to …", printed)
    assert "checking out" not in printed
    machine.expect_clean()
