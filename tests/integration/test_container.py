"""The image under an emulated runner: what only a container shows. With a Docker engine and `make image` only."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import pytest

from tests.fakes import runner
from tests.fakes.git_server import NAME, serve_git
from tests.fakes.github import FakeGitHub, serve
from tests.integration.github.conftest import FILES, WITH_AGE, Stage

ROOT = Path(__file__).parents[2]
IMAGE = "migration-bot:dev"


@dataclass
class Containers(Stage):
    """The same stage, but the action runs in its container."""

    network: str = ""
    server: str = ""
    results: list[runner.Result] = field(default_factory=list)

    def run(self, name: str, event: dict[str, Any], **inputs: str) -> int:
        folder = self.folder / f"runner{len(self.results)}"
        machine = runner.Machine(IMAGE, folder, ROOT / "action.yml", self.hub.url, self.network)
        subprocess.run(
            ["git", "clone", "--quiet", "--depth=1", f"file://{self.hub.git}", str(machine.workspace)], check=True
        )
        subprocess.run(
            ["git", "-C", str(machine.workspace), "remote", "set-url", "origin", f"{self.server}{NAME}"], check=True
        )
        given = {key.replace("_", "-"): value for key, value in inputs.items()}
        github = {"GITHUB_SHA": self.hub.sha("main"), "GITHUB_SERVER_URL": self.server, "MIGRATION_BOT_PAUSE": "0"}
        result = runner.run(machine, runner.Step(name, event, given, github))
        self.results.append(result)
        self.outputs, self.summary = dict(result.outputs), result.summary
        return result.code

    @property
    def last(self) -> runner.Result:
        return self.results[-1]

    @property
    def workspace(self) -> Path:
        return self.folder / f"runner{len(self.results) - 1}" / "workspace"


@pytest.fixture(scope="module")
def engine() -> Iterator[docker.DockerClient]:
    # The SDK leaves a socket open when it cannot connect, which counts as an error here.
    if not Path("/var/run/docker.sock").exists():
        pytest.skip("no Docker engine on this machine")
    client = docker.from_env()
    try:
        if not client.images.list(IMAGE):
            pytest.skip(f"there is no image {IMAGE}: `make image` builds it")
        yield client
    finally:
        client.close()


def _gateway(engine: docker.DockerClient, network: str) -> str:
    """This machine's address as containers in a network see it."""
    routes = engine.containers.run(IMAGE, ["/proc/net/route"], entrypoint="cat", network=network, remove=True)
    default = next(line.split() for line in routes.decode().splitlines() if line.split()[1] == "00000000")
    return ".".join(str(number) for number in reversed(bytes.fromhex(default[2])))


def _stage(stack: ExitStack, folder: Path, gateway: str, network: str) -> Containers:
    bare = folder / "github.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(bare)], check=True)
    subprocess.run(["git", "-C", str(bare), "config", "uploadpack.allowAnySHA1InWant", "true"], check=True)
    subprocess.run(["git", "clone", "--quiet", str(bare), str(folder / "author")], check=True, capture_output=True)
    hub = FakeGitHub(bare, permissions={"octocat": "write"})
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
        made = _stage(stack, tmp_path, _gateway(engine, "bridge"), "")
        yield made
        assert made.hub.violations == []


@pytest.fixture
def in_network(engine: docker.DockerClient, tmp_path: Path) -> Iterator[Containers]:
    """A job with services: the runner has made a network for it."""
    network = engine.networks.create(f"github_network_{tmp_path.name}", labels={"emulated-runner": ""})
    network.reload()
    try:
        with ExitStack() as stack:
            yield _stage(stack, tmp_path, _gateway(engine, str(network.id)), str(network.name))
    finally:
        network.remove()


def test_a_pull_request(stage: Containers) -> None:
    stage.open({"models.py": WITH_AGE})
    assert stage.pull_request() == 0, stage.last.log
    (body,) = stage.hub.bodies(1)
    assert "generated and proven" in body
    assert stage.outputs["status"] == "proven"
    assert stage.outputs["report"] == "migration-report/report.json"
    assert "generated and proven" in stage.summary
    assert stage.last.broken == ()
    assert [level for level, _ in stage.last.annotations if level == "error"] == []
    report = json.loads((stage.workspace / "migration-report/report.json").read_text())
    assert report["projects"][0]["versions"]["server"].startswith("PostgreSQL")
