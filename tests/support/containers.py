"""The action in its container: a repository on the fake GitHub, and an emulated runner that starts the image."""

import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import pytest

from tests.fakes import runner
from tests.fakes.checkout import check_out, git, leave_credentials
from tests.fakes.engine import IMAGE, address_of_host
from tests.fakes.engine import engine as running_engine
from tests.fakes.git_server import NAME, serve_git
from tests.fakes.github import FakeGitHub, serve
from tests.support.action import FILES, ActionHarness

ROOT = Path(__file__).parents[2]


@dataclass
class Containers(ActionHarness):
    """The same stage, but the action runs in its container.

    The project's Python is the image's own, which has all that the project needs: an installation costs as much as the
    rest of a check, so few tests have one (`python="auto"`).
    """

    python: str = "/opt/migration-bot/bin/python"
    network: str = ""
    server: str = ""
    results: list[runner.Result] = field(default_factory=list)
    artifact: Path | None = None
    restored: Path | None = None
    container: str = ""
    after: runner.Result | None = None

    def killed(self, at: str, name: str, event: dict[str, Any], **inputs: str) -> int:
        """Run the action, whose container is killed when it sends the request that matches `at`."""
        self.container = f"killed-{uuid.uuid4().hex[:12]}"
        self.hub.before.append((at, lambda: subprocess.run(["docker", "kill", self.container], check=True)))
        return self.run(name, event, **inputs)

    def run(self, name: str, event: dict[str, Any], **inputs: str) -> int:
        folder = self.folder / f"runner{len(self.results)}"
        machine = runner.Machine(IMAGE, folder, ROOT / "action.yml", self.hub.url, self.network)
        if self.artifact is None:
            self._check_out(machine.workspace, self._ref(name, event))
        else:
            shutil.copytree(self.artifact, machine.workspace / self.artifact.name)
        if self.restored is not None:
            shutil.copytree(self.restored, machine.workspace / ".migration-bot/uv", symlinks=True)
        given = {"python": self.python, **{key.replace("_", "-"): value for key, value in inputs.items()}}
        github = {"GITHUB_SHA": self.hub.sha("main"), "GITHUB_SERVER_URL": self.server, "MIGRATION_BOT_PAUSE": "0"}
        step = runner.Step(name, event, given, github)
        result = runner.run(machine, step, self.container)
        requests = len(self.hub.requests)
        self.after = runner.post(machine, step, result.state)
        # What ended by itself has nothing left to say.
        assert self.container or result.code == 137 or len(self.hub.requests) == requests
        self.container = ""
        self.results.append(result)
        self.outputs, self.summary = dict(result.outputs), result.summary
        return result.code

    def _ref(self, name: str, event: dict[str, Any]) -> str:
        return f"refs/pull/{event['number']}/merge" if name == "pull_request" else f"refs/heads/{self.checked_out}"

    def _check_out(self, workspace: Path, ref: str) -> None:
        """actions/checkout with all its defaults."""
        check_out(workspace, f"file://{self.hub.git}", ref)
        git(workspace, "remote", "set-url", "origin", f"{self.server}{NAME}")
        leave_credentials(workspace, self.server, runner.TOKEN)

    @property
    def last(self) -> runner.Result:
        return self.results[-1]

    @property
    def workspace(self) -> Path:
        return self.folder / f"runner{len(self.results) - 1}" / "workspace"


@pytest.fixture(scope="module")
def engine() -> Iterator[docker.DockerClient]:
    with running_engine() as client:
        yield client


def staged(stack: ExitStack, folder: Path, gateway: str, network: str = "") -> Containers:
    """A repository with its GitHub and its git server at an address that containers reach."""
    bare = folder / "github.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(bare)], check=True)
    subprocess.run(["git", "-C", str(bare), "config", "uploadpack.allowAnySHA1InWant", "true"], check=True)
    subprocess.run(["git", "clone", "--quiet", str(bare), str(folder / "author")], check=True, capture_output=True)
    hub = FakeGitHub(bare, permissions={"octocat": "write", "stranger": "read"})
    stack.enter_context(serve(hub, gateway))
    made = Containers(hub, folder, folder, network=network)
    made.server = stack.enter_context(serve_git(bare, gateway, runner.TOKEN))
    made.git("checkout", "--quiet", "-B", "main")
    made.write(FILES, "first")
    made.push("main")
    return made


@pytest.fixture
def stage(engine: docker.DockerClient, tmp_path: Path) -> Iterator[Containers]:
    """A job without services: the container is on the default network."""
    with ExitStack() as stack:
        made = staged(stack, tmp_path, address_of_host(engine, "bridge"))
        yield made
        assert made.hub.violations == []


@pytest.fixture
def in_network(engine: docker.DockerClient, tmp_path: Path) -> Iterator[Containers]:
    """A job with services: the runner has made a network for it."""
    network = engine.networks.create(f"github_network_{tmp_path.name}", labels={"emulated-runner": ""})
    network.reload()
    try:
        with ExitStack() as stack:
            made = staged(stack, tmp_path, address_of_host(engine, str(network.id)), str(network.name))
            yield made
            assert made.hub.violations == []
    finally:
        network.remove()
