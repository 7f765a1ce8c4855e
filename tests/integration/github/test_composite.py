"""The action without a container, its steps run as the runner runs them; on this machine, with its server programs.

The first step, which installs the bot from the package index, finds that done: the folder of these tests' own Python.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.fakes import composite
from tests.fakes.checkout import check_out
from tests.fakes.runner import TOKEN, Result, Step
from tests.support.action import TO_ADD, WITH_AGE, ActionHarness

ROOT = Path(__file__).parents[3]


def run(stage: ActionHarness, event: dict[str, Any], **inputs: str) -> Result:
    folder = stage.folder / "runner"
    bot = folder / "_temp" / "migration-bot"
    (bot / "bin").mkdir(parents=True)
    program = bot / "bin" / "migration-bot"
    # Leaves its number, for a test that kills it.
    program.write_text(f'#!/bin/sh\necho $$ >"{folder}/pid"\nexec {Path(sys.executable).parent}/migration-bot "$@"\n')
    program.chmod(0o755)
    (bot / "installed-from").write_text(str(ROOT))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # the job's own Python has what the project needs
    machine = composite.Machine(folder, ROOT / "composite", stage.hub.url, path)
    check_out(machine.workspace, f"file://{stage.hub.git}", "refs/pull/1/merge")
    settings = {
        "MIGRATION_BOT_PAUSE": "0",
        "MIGRATION_BOT_CACHE": str(stage.cache),
        "GITHUB_SHA": stage.hub.sha("main"),
    }
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    return composite.run(machine, Step("pull_request", event, given, settings))


def test_its_steps_check_with_the_jobs_own_python(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    done = run(stage, stage.event(), message='An age; $(touch /tmp/no) `x` "quoted"')
    assert done.code == TO_ADD, done.log
    assert done.broken == ()
    assert done.outputs["status"] == "proven"
    assert done.outputs["report"] == "migration-report/report.json"
    assert done.outputs["comment-url"].startswith("https://github.com/acme/shop/pull/1#")
    assert (stage.folder / "runner/workspace" / done.outputs["report"]).is_file()
    assert done.outputs["matrix"] == ""
    [body] = stage.hub.bodies(1)
    assert "An age; $(touch /tmp/no) `x`" in body
    assert "generated and proven" in done.summary
    assert TOKEN not in done.log


def test_what_was_killed_is_shown_by_the_last_step(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    pid = stage.folder / "runner" / "pid"
    stage.hub.before.append(("GET .*/comments", lambda: os.kill(int(pid.read_text()), signal.SIGKILL)))
    done = run(stage, stage.event())
    assert done.code == 137, done.log
    assert [check["conclusion"] for check in stage.hub.checks] == ["failure"], done.log
    [body] = stage.hub.bodies(1)
    assert "the run was killed before it had a result" in body


def test_a_wrong_input_is_the_steps_error(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    done = run(stage, stage.event(), fail_on="errors")
    assert done.code == 2
    assert [level for level, _ in done.annotations] == ["error"]
    assert done.outputs["status"] == ""
