"""The Actions runner around a container action, as far as an action can tell.

In: an image, a workspace, an event, inputs. Out: what the runner would make of the step. Written from the
runner's own source (ContainerActionHandler, DockerCommandManager, ActionRunner, ActionCommandManager,
FileCommandManager) and "Metadata syntax": mounts, variables, user, network, commands in the log, files for outputs and
state, the entry point after the job's steps. Left out: expressions other than those of action.yml, the entry point
before them, conditions, problem matchers.
"""

import json
import os
import re
import subprocess
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

ACCOUNT = 1001  # the runner's user and group on GitHub's machines
SUMMARY_LIMIT = 1024 * 1024  # bytes; above, the whole summary is dropped
PER_LEVEL = 10  # annotations of a level that a step keeps
TOKEN = "ghs_0123456789secret"
_EXPRESSIONS = {"${{ github.token }}": TOKEN, "${{ toJSON(matrix) }}": "null"}  # of a job without a matrix
COMMAND = re.compile(r"^\s*::(?P<name>[A-Za-z-]+)(?: (?P<properties>[^:]*(?::(?!:)[^:]*)*))?::(?P<data>.*)$")
OLD_COMMAND = re.compile(r"##\[(?P<name>[A-Za-z-]+)(?: (?P<properties>[^\]]*))?\](?P<data>.*)$")

ENGINE = {name: value for name, value in os.environ.items() if name == "DOCKER_HOST"}  # one of the caller's choice


@dataclass(frozen=True)
class Machine:
    """Where a job runs: `folder` is the runner's own; `network` is there when the job has services."""

    image: str
    folder: Path
    action: Path
    api_url: str
    network: str = ""

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def temp(self) -> Path:
        return self.folder / "_temp"


@dataclass(frozen=True)
class Step:
    """The step's `with`, and the event that started its workflow."""

    event_name: str
    event: Mapping[str, Any]
    inputs: Mapping[str, str] = field(default_factory=dict)
    github: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """`broken` says why the runner itself would fail the step; `log` is what people see, secrets replaced."""

    code: int
    log: str
    outputs: Mapping[str, str]
    annotations: tuple[tuple[str, str], ...]
    summary: str
    broken: tuple[str, ...]
    state: Mapping[str, str] = field(default_factory=dict)


def run(machine: Machine, step: Step, name: str = "") -> Result:
    """Run the step as `docker run` of a container action does, in a container of that name."""
    return _run(machine, step, {}, [], name)


def post(machine: Machine, step: Step, state: Mapping[str, str]) -> Result | None:
    """What the runner does when the job's steps are done: `runs.post-entrypoint` in a new container of the image.

    It has the step's variables again, and what the step wrote into `GITHUB_STATE`, which counts however it ended.
    """
    runs = yaml.safe_load(machine.action.read_text())["runs"]
    assert runs.get("post-if", "always()") == "always()"
    if "post-entrypoint" not in runs:
        return None
    entry = ["--entrypoint", runs["post-entrypoint"]]
    return _run(machine, step, {f"STATE_{name}": value for name, value in state.items()}, entry)


def _run(machine: Machine, step: Step, more: Mapping[str, str], words: list[str], name: str = "") -> Result:
    home, workflow, files = (
        machine.temp / name for name in ("_github_home", "_github_workflow", "_runner_file_commands")
    )
    for folder in (home, workflow, files):
        folder.mkdir(parents=True, exist_ok=True)
    (workflow / "event.json").write_text(json.dumps(step.event, default=str))
    names = ("output", "env", "step_summary", "state", "path")
    told = {name: files / f"{name}_{uuid.uuid4()}" for name in names}
    for path in told.values():
        path.touch()
    _hand_over(machine.folder)
    variables = {
        **_in_container(machine, step),
        **inputs(machine.action, step.inputs),
        **{f"GITHUB_{name.upper()}": f"/github/file_commands/{path.name}" for name, path in told.items()},
        **more,
    }
    words = ["--name", name or f"step-{uuid.uuid4().hex[:12]}", *words]
    done = subprocess.run(
        _command(machine, variables, (home, workflow, files), words),
        env={**ENGINE, "PATH": os.environ["PATH"], "HOME": "/root", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return result(done.returncode, done.stdout.decode(errors="replace"), told)


def _hand_over(folder: Path) -> None:
    """Everything belongs to the runner's account, and the container is root all the same."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{ACCOUNT}:{ACCOUNT}", str(folder)], check=True)


def inputs(action: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Inputs as variables: defaults of action.yml first; blanks become `_`, nothing else changes but the case."""
    defaults = yaml.safe_load(action.read_text())["inputs"]
    known = {
        name: _EXPRESSIONS.get(str(facts.get("default", "")), str(facts.get("default", "")))
        for name, facts in defaults.items()
    }
    return {f"INPUT_{name.replace(' ', '_').upper()}": value for name, value in {**known, **given}.items()}


def job(step: Step, api_url: str) -> dict[str, str]:
    """What every step of a job gets. The token is not among them: an action gets it as an input or not at all."""
    return {
        "GITHUB_ACTION": "__self",
        "GITHUB_API_URL": api_url,
        "GITHUB_EVENT_NAME": step.event_name,
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_RUN_ID": "77",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_WORKFLOW": "Migrations",
        "RUNNER_OS": "Linux",
        "ACTIONS_RUNTIME_TOKEN": "runtime-secret",
        "GITHUB_ACTIONS": "true",
        "CI": "true",
    }


def _in_container(machine: Machine, step: Step) -> dict[str, str]:
    return {
        **job(step, machine.api_url),
        "HOME": "/github/home",
        "GITHUB_EVENT_PATH": "/github/workflow/event.json",
        "GITHUB_WORKSPACE": "/github/workspace",
        "RUNNER_TEMP": "/github/runner_temp",
        "RUNNER_TOOL_CACHE": "/opt/hostedtoolcache",
        **step.github,
    }


def _command(
    machine: Machine, names: Iterable[str], folders: tuple[Path, Path, Path], more: Iterable[str]
) -> list[str]:
    home, workflow, files = folders
    mounts = {
        "/var/run/docker.sock": "/var/run/docker.sock",
        str(machine.temp): "/github/runner_temp",
        str(home): "/github/home",
        str(workflow): "/github/workflow",
        str(files): "/github/file_commands",
        str(machine.workspace): "/github/workspace",
    }
    words = ["docker", "run", *more, "--label", "emulated-runner", "--workdir", "/github/workspace", "--rm"]
    words += [word for variable in names for word in ("-e", variable)]
    words += ["--network", machine.network] if machine.network else []
    words += [word for source, target in mounts.items() for word in ("-v", f"{source}:{target}")]
    return [*words, machine.image]


def result(code: int, log: str, told: Mapping[str, Path]) -> Result:
    """What the runner makes of a step's exit code, log and files."""
    seen = _Log()
    for line in log.splitlines():
        seen.read(line)
    outputs, broken = _pairs(told["output"].read_text())
    state, unreadable = _pairs(told["state"].read_text())
    summary = told["step_summary"].read_bytes()
    if len(summary) > SUMMARY_LIMIT:
        broken, summary = (*broken, "the summary is too long"), b""
    return Result(
        code,
        "\n".join(seen.lines),
        outputs,
        tuple(seen.annotations),
        summary.decode(),
        (*broken, *unreadable, *seen.broken),
        state,
    )


class _Log:
    """Reads the log as the runner does: commands are obeyed, secrets replaced."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.annotations: list[tuple[str, str]] = []
        self.broken: list[str] = []
        self._secrets = {TOKEN}
        self._stopped = ""

    def read(self, line: str) -> None:
        found = COMMAND.match(line) or OLD_COMMAND.search(line)
        if found and self._stopped:
            if found["name"] == self._stopped:
                self._stopped = ""
        elif found:
            self._obey(found["name"].lower(), _unescaped(found["data"]))
        elif self._stopped and line.strip() == f"::{self._stopped}::":
            self._stopped = ""
        for secret in self._secrets:
            line = line.replace(secret, "***")
        self.lines.append(line)

    def _obey(self, name: str, data: str) -> None:
        if name == "add-mask":
            self._secrets.add(data)
        elif name == "stop-commands":
            self._stopped = data
        elif name in ("error", "warning", "notice"):
            if sum(level == name for level, _ in self.annotations) < PER_LEVEL:
                self.annotations.append((name, data[:4096]))
        elif name in ("set-output", "save-state", "set-env", "add-path"):
            self.broken.append(f"the command {name} is not to be used any more")


def _unescaped(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _pairs(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """`name=value` lines and heredocs; anything else fails the step."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        heredoc = re.fullmatch(r"([^=<]+)<<(.+)", line)
        if heredoc:
            value = []
            for inner in lines:
                if inner == heredoc[2]:
                    break
                value.append(inner)
            else:
                return found, (f"no end of {heredoc[1]}",)
            found[heredoc[1]] = "\n".join(value)
        elif "=" in line:
            name, _, value_of_line = line.partition("=")
            found[name] = value_of_line
        elif line:
            return found, (f"invalid format {line!r}",)
    return found, ()
