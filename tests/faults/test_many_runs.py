"""Many runs at once on one machine and one repository, which share nothing but the cache."""

import os
import subprocess

import pytest

from tests.support.machine import Machine
from tests.support.projects import MODELS
from tests.support.report_schema import valid_report

RUNS = 20 if os.environ.get("MIGRATION_BOT_TESTS") == "all" else 8
WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"


def _start(machine: Machine, number: int, *options: str) -> "subprocess.Popen[str]":
    out = machine.folder / f"report{number}"
    return machine.start(machine.words("--output-dir", str(out), *options))


@pytest.mark.in_turn
def test_many_runs_on_one_repository_know_nothing_of_each_other(machine: Machine) -> None:
    machine.commit({"models.py": WITH_AGE})
    before = machine.git("status", "--porcelain") + machine.git("for-each-ref")
    machine.empty_cache()
    machine.give_away()
    runs = [_start(machine, number) for number in range(RUNS)]
    ended = [(run.communicate()[0], run.returncode) for run in runs]
    assert [code for _, code in ended] == [0] * RUNS, next(printed for printed, code in ended if code)
    reports = [valid_report((machine.folder / f"report{number}/report.json").read_bytes()) for number in range(RUNS)]
    assert {report.status for report in reports} == {"proven"}
    files = {migration.source for report in reports for migration in report.projects[0].migrations}
    assert len({_without_revision(text) for text in files}) == 1
    assert machine.git("status", "--porcelain") + machine.git("for-each-ref") == before
    machine.expect_clean()


@pytest.mark.in_turn
def test_a_run_without_the_cache_leaves_it_as_it_is(machine: Machine) -> None:
    machine.commit({"models.py": WITH_AGE})
    machine.empty_cache()
    machine.give_away()
    run = _start(machine, 0, "--no-cache")
    printed, _ = run.communicate()
    assert run.returncode == 0, printed
    assert [path for path in machine.cache.rglob("*") if path.is_file()] == []


def _without_revision(text: str) -> str:
    words = ("revision", "Revision", "Create Date", '"""')
    return "\n".join(line for line in text.splitlines() if not line.startswith(words))
