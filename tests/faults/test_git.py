"""git that fails at each single call of a run: in an orderly way, half way, or killed."""

import shutil
from pathlib import Path

import pytest

from tests.support.machine import Machine
from tests.support.projects import MODELS

WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"
WAYS = {
    "refuses": 'echo "fatal: unable to read tree" >&2; exit 128',
    "is killed": "kill -9 $$",
    "stops half way": '{real} "$@" | head -c 20; kill -9 $$',
}
GIT = """#!/bin/sh -e
n=1
while ! mkdir {calls}/$n 2>/dev/null; do n=$((n + 1)); [ $n -lt 1000 ]; done  # calls may come at once
if [ $n = {which} ]; then {way}; fi
exec {real} "$@"
"""


def _break(machine: Machine, way: str, which: int) -> tuple[dict[str, str], Path]:
    """Make call number `which` of git fail; the environment for that, and the folder that counts the calls."""
    real = str(shutil.which("git"))
    folder, calls = machine.folder / "programs", machine.folder / "calls"
    shutil.rmtree(calls, ignore_errors=True)
    calls.mkdir()
    folder.mkdir(exist_ok=True)
    (folder / "git").write_text(GIT.format(calls=calls, which=which, real=real, way=WAYS[way].format(real=real)))
    (folder / "git").chmod(0o755)
    machine.give_away()
    return {"PATH": f"{folder}:{machine.environ['PATH']}"}, calls


def _kept(machine: Machine) -> str:
    """What of the repository must never change."""
    words = [("status", "--porcelain"), ("worktree", "list", "--porcelain"), ("for-each-ref",), ("stash", "list")]
    return "\n".join(machine.git(*line) for line in words)


@pytest.mark.in_turn
@pytest.mark.parametrize("way", WAYS)
def test_git_that_fails_at_any_call_is_told_and_nothing_is_left(machine: Machine, way: str) -> None:
    machine.commit({"models.py": WITH_AGE})
    before = _kept(machine)
    env, calls = _break(machine, way, 0)
    assert machine.check(env=env).report.status == "proven"
    count = len(list(calls.iterdir()))
    assert count > 3
    for which in range(1, count + 1):
        env, _ = _break(machine, way, which)
        code, printed = machine.ask(env=env)
        assert "Traceback" not in printed, (which, printed)
        assert "unexpected" not in printed, (which, printed)
        wrong = (2, 3) if way == "refuses" else (3,)  # 2: git's refusal may mean that there is no such commit
        assert (code, "proven" in printed) == (0, True) or code in wrong, (which, code, printed)
        machine.expect_clean()
        assert _kept(machine) == before, which
