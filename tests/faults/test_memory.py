"""Too little memory, too few processes and files for all that a run needs."""

import pytest

from tests.support.machine import Machine
from tests.support.projects import MODELS

WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"


# KB of memory, and open files.
@pytest.mark.in_turn
@pytest.mark.parametrize(
    "limit",
    [
        *(f"-v {megabytes * 1024}" for megabytes in (100, 150, 200, 250, 300, 400)),
        *(f"-n {files}" for files in (8, 12, 16, 24, 40, 64)),
    ],
)
def test_a_machine_that_gives_too_little_is_named(machine: Machine, limit: str) -> None:
    machine.commit({"models.py": WITH_AGE})
    command = ["sh", "-c", f'ulimit {limit}; exec "$@"', "sh", *machine.words()]
    with machine.start(command) as run:
        printed, _ = run.communicate()
    assert "bug of the bot" not in printed, printed
    told = (run.returncode in (1, 3) and "migration-bot: " in printed) or "no verdict" in printed
    assert told or (run.returncode == 0 and "proven" in printed), printed
    machine.expect_clean()
