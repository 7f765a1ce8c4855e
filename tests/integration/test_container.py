"""The image under an emulated runner: what only a container shows. With a Docker engine and `make image` only.

What a pull request and a commit look like in it, the first of the stories says (`test_stories.py`).
"""

import os
import subprocess
from pathlib import Path

import docker

from tests.fakes import runner
from tests.fakes.engine import postgres
from tests.support.action import MODELS, TO_ADD, WITH_AGE
from tests.support.containers import Containers

ROOT = Path(__file__).parents[2]
# Looks for what is not its own, and tells it by the only way out that it has.
SPY = """
import os, pathlib, socket
readable = []
for place in pathlib.Path("/proc").glob("[0-9]*/environ"):
    try:
        if os.stat(place).st_uid != os.getuid() and place.read_bytes():
            readable.append(str(place))
    except OSError:
        pass
own = "".join(f"{name}={value} " for name, value in os.environ.items())
try:
    socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock")
    engine = "reached"
except OSError as error:
    engine = type(error).__name__
raise RuntimeError(f"spied: uid={os.getuid()} readable={readable} engine={engine} {own}")
"""
READY = "/usr/lib/postgresql/*/bin/pg_isready -q -h 127.0.0.1"
HOSTILE = """
import sys
for stream in (sys.stdout, sys.stderr):
    stream.write("\\n::error::injected\\n##[error]injected\\n::set-output name=status::injected\\n")
    stream.flush()
raise SystemError("\\n::error::injected\\n##[error]injected")
"""


def test_a_pull_request_cannot_read_the_token_nor_reach_the_engine(stage: Containers) -> None:
    stage.open({"models.py": WITH_AGE + SPY})
    stage.pull_request()
    # What the project's code found out comes back as the error that it raises.
    report = (stage.workspace / "migration-report/report.json").read_text()
    assert "spied: uid=" in report
    assert "uid=0" not in report
    assert "readable=[]" in report
    assert "engine=PermissionError" in report
    everything = report + stage.last.log + stage.summary + "".join(stage.hub.bodies(1))
    assert runner.TOKEN not in everything
    assert "runtime-secret" not in everything


def test_what_the_project_prints_is_no_workflow_command(stage: Containers) -> None:
    stage.open({"models.py": MODELS + HOSTILE})
    assert stage.pull_request() == 1
    assert "injected" in stage.last.log
    # The verdict quotes the error's first line, which is text there.
    assert [text for _, text in stage.last.annotations if not text.startswith("Migration: no verdict: ")] == []
    assert stage.last.broken == ()


def test_downloads_are_kept_by_the_runners_account_and_found_again(stage: Containers) -> None:
    stage.python = "auto"
    stage.open({"models.py": WITH_AGE})
    assert stage.pull_request(cache_dir=".migration-bot") == TO_ADD, stage.last.log
    # What actions/cache does before and after: it reads and writes as the runner's account.
    packed = subprocess.run(
        ["tar", "-c", "-f", "-", "migration-report", ".migration-bot/uv"],
        cwd=stage.workspace,
        user=runner.ACCOUNT if os.geteuid() == 0 else None,
        capture_output=True,
        check=False,
    )
    assert packed.returncode == 0, packed.stderr.decode()
    stage.restored = stage.workspace / ".migration-bot/uv"
    assert stage.pull_request(cache_dir=".migration-bot") == TO_ADD, stage.last.log
    assert stage.outputs["status"] == "proven"


def test_a_container_beside_it_serves(stage: Containers, engine: docker.DockerClient) -> None:
    stage.open({"models.py": WITH_AGE})
    assert stage.pull_request(database=f"docker:{postgres(engine)}") == TO_ADD, stage.last.log
    assert stage.outputs["status"] == "proven"


def test_a_container_beside_it_serves_in_the_jobs_network(in_network: Containers, engine: docker.DockerClient) -> None:
    in_network.open({"models.py": WITH_AGE})
    assert in_network.pull_request(database=f"docker:{postgres(engine)}") == TO_ADD, in_network.last.log
    assert in_network.outputs["status"] == "proven"


def test_a_service_of_the_job_serves(in_network: Containers, engine: docker.DockerClient) -> None:
    service = engine.containers.create(
        postgres(engine),
        environment={"POSTGRES_USER": "postgres", "POSTGRES_PASSWORD": "secret", "PGDATA": "/var/lib/data"},
        networking_config={in_network.network: engine.api.create_endpoint_config(aliases=["postgres"])},
        network=in_network.network,
        labels={"emulated-runner": ""},
    )
    try:
        service.start()
        service.exec_run(["/bin/sh", "-c", f"until {READY}; do sleep 0.1; done"])  # the runner waits for health, too
        in_network.open({"models.py": WITH_AGE})
        code = in_network.pull_request(database="postgresql://postgres:secret@postgres:5432/postgres")
        assert (code, in_network.outputs.get("status")) == (TO_ADD, "proven"), in_network.last.log
        assert "secret@" not in in_network.last.log
    finally:
        service.remove(force=True, v=True)


def test_what_was_killed_is_shown_by_the_post_step(stage: Containers) -> None:
    stage.open({"models.py": f"# A word more.\n{MODELS}"})
    assert stage.pull_request() == 0, stage.last.log
    assert stage.killed("GET .*/comments", "pull_request", stage.event("synchronize")) == 137
    assert stage.after is not None
    assert stage.after.code == 0, stage.after.log
    newest = stage.hub.checks[-1]
    assert (newest["status"], newest["conclusion"]) == ("completed", "failure")
    assert "the run was killed before it had a result" in newest["output"]["title"]
    [body] = stage.hub.bodies(1)
    assert "the run was killed before it had a result" in body
    assert runner.TOKEN not in stage.after.log
    others = [path for path in stage.workspace.rglob("*") if path.lstat().st_uid != stage.workspace.stat().st_uid]
    assert others == []


def test_the_two_halves_of_the_pair_for_forks(stage: Containers) -> None:
    stage.open({"models.py": WITH_AGE})
    stage.hub.token = "read"
    assert stage.pull_request(mode="check") == TO_ADD, stage.last.log
    assert stage.hub.bodies(1) == []
    assert [level for level, _ in stage.last.annotations if level == "warning"] == []
    stage.artifact = stage.workspace / "migration-report"
    stage.hub.token = "write"
    assert stage.finished() == 0, stage.last.log
    assert "generated and proven" in stage.hub.bodies(1)[0]
    assert stage.hub.checks[0]["head_sha"] == stage.hub.sha("feature")
