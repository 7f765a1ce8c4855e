"""The Actions runner around a composite action: its `run` steps on this machine, one after the other.

Written from the runner's own source (CompositeActionHandler, ScriptHandler) and GitHub's "Metadata syntax": how bash is
started, what `env` and `outputs` may refer to, that a step fails the ones after it unless their `if` is `always()`.
Left out: steps with `uses`, other conditions, other shells.
"""

import json
import os
import re
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from tests.fakes import runner
from tests.fakes.runner import TOKEN, Result, Step

BASH = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")  # what `shell: bash` means
_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")


@dataclass(frozen=True)
class Machine:
    """`path` is the job's PATH; `folder` the runner's own; `action` has the action.yml."""

    folder: Path
    action: Path
    api_url: str
    path: str

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def temp(self) -> Path:
        return self.folder / "_temp"


def run(machine: Machine, step: Step) -> Result:
    """The result of the whole action, which is that of the first step that fails."""
    written = yaml.safe_load((machine.action / "action.yml").read_text())
    known = {f"inputs.{name}": str(facts.get("default", "")) for name, facts in written["inputs"].items()}
    values = known | {f"inputs.{name}": value for name, value in step.inputs.items()}
    values["github.token"] = TOKEN
    done = Result(0, "", {}, (), "", ())
    for each in written["runs"]["steps"]:
        assert each.get("if", "always()") == "always()"
        if done.code and "if" not in each:
            continue
        result = _script(machine, step, each, values)
        values |= {f"steps.{each.get('id', '')}.outputs.{name}": value for name, value in result.outputs.items()}
        said = (done.summary + result.summary, (*done.broken, *result.broken))
        notes, log = (*done.annotations, *result.annotations), f"{done.log}{result.log}\n"
        done = Result(done.code or result.code, log, {}, notes, *said)
    outputs = {name: _evaluated(facts["value"], values) for name, facts in written["outputs"].items()}
    return Result(done.code, done.log, outputs, done.annotations, done.summary, done.broken)


def _evaluated(text: str, values: Mapping[str, str]) -> str:
    """Twice: an input's default may be an expression itself. What is not known is empty."""
    for _ in range(2):
        text = _EXPRESSION.sub(lambda found: values.get(found[1], ""), text)
    return text


def _script(machine: Machine, step: Step, each: Mapping[str, Any], values: Mapping[str, str]) -> Result:
    assert each["shell"] == "bash"
    machine.temp.mkdir(exist_ok=True)
    program, event = machine.temp / f"{uuid.uuid4()}.sh", machine.temp / "event.json"
    program.write_text(_evaluated(each["run"], values))
    event.write_text(json.dumps(step.event, default=str))
    told = {name: machine.temp / f"{name}_{uuid.uuid4()}" for name in ("output", "step_summary", "state")}
    for path in told.values():
        path.touch()
    variables = {
        **runner.job(step, machine.api_url),
        "PATH": machine.path,
        "HOME": os.environ.get("HOME", "/root"),
        "GITHUB_ACTION_PATH": str(machine.action),
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_WORKSPACE": str(machine.workspace),
        "RUNNER_TEMP": str(machine.temp),
        **{f"GITHUB_{name.upper()}": str(path) for name, path in told.items()},
        **step.github,
        **{name: _evaluated(str(value), values) for name, value in each.get("env", {}).items()},
    }
    done = subprocess.run(
        [*BASH, str(program)],
        cwd=machine.workspace,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return runner.result(done.returncode, done.stdout.decode(errors="replace"), told)
