"""The action against the fake GitHub: a repository on its server, a clone as actions/checkout makes it."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from bot.action import post_step
from bot.action.checking import FOLDER
from bot.action.main import run
from bot.settings import Machine
from tests.fakes import webhooks
from tests.fakes.checkout import check_out
from tests.fakes.github import FakeGitHub, Pull, serve
from tests.support.interpreter import project_python
from tests.support.process import machine_with
from tests.support.projects import FILES as PLAIN
from tests.support.report_schema import valid_report

MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass

class Job(Base):
    __tablename__ = "job"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(30), nullable=False)
"""
FILES = {**PLAIN, "models.py": MODELS}
WORDS = {"README.md": "words"}  # a change that needs no database, and gets a comment with comment="always"
BROKEN = {"migrations/env.py": "raise SystemExit('no matter why')\n"}  # a change that is soon found to be no good
TO_ADD = 1  # the exit code where all is well, and the migration is not in the pull request yet
WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"


def adding(revision: str, column: str, after: str = "a1") -> str:
    """A migration of somebody's that adds a column to `job`."""
    return f"""
revision = "{revision}"
down_revision = "{after}"
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.add_column("job", sa.Column("{column}", sa.Integer()))

def downgrade():
    op.drop_column("job", "{column}")
"""


WITH_SIZE = MODELS.replace("    name =", "    size = sa.Column(sa.Integer)\n    name =")  # merges with `WITH_AGE`
AGE_ADDED = {"models.py": WITH_AGE, "migrations/versions/b2_age.py": adding("b2", "age")}
SIZE_ADDED = {"models.py": WITH_SIZE, "migrations/versions/c3_size.py": adding("c3", "size")}


@dataclass
class ActionHarness:
    """A repository with a pull request on GitHub, and a runner's folder for each run."""

    hub: FakeGitHub
    folder: Path
    cache: Path
    output: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    runs: int = 0
    checked_out: str = "main"
    timeout: int = 15  # seconds for a request to GitHub
    workflow: str = "Migrations"
    attempt: int = 1
    post_step: Machine | None = None

    @property
    def work(self) -> Path:
        """Where the author works."""
        return self.folder / "author"

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(self.work), *words],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, files: dict[str, str], message: str) -> None:
        """A commit of the author's."""
        for name, text in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        self.git("add", "-A")
        self.git("commit", "--quiet", "-m", message)

    def open(self, files: dict[str, str], number: int = 1, branch: str = "feature") -> None:
        """A pull request with one commit."""
        self.git("checkout", "--quiet", "-B", branch, "main")
        self.write(files, "change")
        self.push(branch)
        self.hub.pulls[number] = Pull(number, "main", branch)
        self.hub.follow(number)

    def push(self, branch: str) -> None:
        self.git("push", "--quiet", "--force", "origin", branch)
        for number, pull in self.hub.pulls.items():
            if pull.head_branch == branch:
                self.hub.follow(number)

    def base_moves(self, files: dict[str, str]) -> None:
        """A commit on main: open pull requests hear nothing of it."""
        self.git("checkout", "--quiet", "main")
        self.write(files, "somebody else's")
        self.push("main")

    def event(self, action: str = "opened", number: int = 1, **more: Any) -> dict[str, Any]:
        """What GitHub tells of a pull request at this moment."""
        pull = self.hub.pull(number, webhooks.part_model("pull_request", action, "pull_request"))
        deleted, pull["head"]["repo"] = pull["head"]["repo"] is None, pull["head"]["repo"] or pull["base"]["repo"]
        repository = self.repository("pull_request", action)
        made = webhooks.payload("pull_request", action, number=number, pull_request=pull, repository=repository, **more)
        if deleted:  # which happens, although the description does not have it
            pull["head"]["repo"] = None
        return made

    def repository(self, event: str, action: str, **given: str) -> dict[str, Any]:
        return webhooks.part(event, action, "repository", full_name="acme/shop", **{"default_branch": "main", **given})

    def pull_request(self, action: str = "opened", number: int = 1, **inputs: str) -> int:
        """Run the action for a pull request's event."""
        return self.run("pull_request", self.event(action, number), **inputs)

    def comment(self, text: str, login: str = "octocat", number: int = 1, **inputs: str) -> int:
        """Somebody comments, and the action runs for that."""
        return self.run("issue_comment", self.commented(text, login, number), **inputs)

    def commented(self, text: str, login: str = "octocat", number: int = 1) -> dict[str, Any]:
        """What GitHub tells of somebody's comment, which is there from now on."""
        said = self.hub.say(number, text, login)
        state = self.hub.pulls[number].state
        links = dict.fromkeys(("url", "html_url", "diff_url", "patch_url"), "https://example.org/")
        on = webhooks.part("issue_comment", "created", "issue", number=number, state=state, pull_request=links)
        user = {**webhooks.part("issue_comment", "created", "sender"), "login": login, "type": "User"}
        comment = webhooks.part("issue_comment", "created", "comment", id=said["id"], body=text, user=user)
        repository = self.repository("issue_comment", "created")
        return webhooks.payload("issue_comment", "created", issue=on, comment=comment, repository=repository)

    def finished(self, owner: str = "acme", **inputs: str) -> int:
        """The first half of the pair for forks has finished on the pull request's head: run the second."""
        return self.run("workflow_run", self.has_finished(owner), mode="publish", **inputs)

    def has_finished(self, owner: str = "acme", name: str = "Migrations") -> dict[str, Any]:
        """What GitHub tells of a workflow's run that has finished on the pull request's head."""
        kind = "workflow_run", "completed"
        done = webhooks.part(
            *kind, "workflow_run", event="pull_request", head_branch="feature", id=5, run_attempt=1, name=name
        )
        done["head_sha"] = self.hub.sha("feature")
        done["head_repository"]["owner"] = webhooks.part(*kind, "sender", login=owner, type="User")
        return webhooks.payload(*kind, workflow_run=done, repository=self.repository(*kind))

    def run(self, name: str, event: dict[str, Any], **inputs: str) -> int:
        """Run the action in a fresh clone, as a runner does."""
        environ = self._step(name, event, inputs)
        code = run(machine_with(environ))
        self.post_step = machine_with({**environ, **{f"STATE_{key}": value for key, value in self.state.items()}})
        runner = self.folder / f"runner{self.runs}"
        self.outputs = _outputs(runner / "output")
        self.summary = (runner / "summary").read_text() if (runner / "summary").exists() else ""
        written = runner / "workspace" / FOLDER / "report.json"
        if self.outputs.get("report") and inputs.get("mode") != "publish" and written.exists():
            valid_report(written.read_bytes())
        return code

    def cancelled(self, at: str, name: str, event: dict[str, Any], **inputs: str) -> int:
        """Run the action as a process, which is asked to end when it sends the request that matches `at`."""
        return self._ended_by(signal.SIGTERM, at, self._step(name, event, inputs))

    def killed(self, at: str, name: str, event: dict[str, Any], **inputs: str) -> int:
        """Run the action as a process, killed when it sends the request that matches `at`; then its post step."""
        environ = self._step(name, event, inputs)
        code = self._ended_by(signal.SIGKILL, at, environ)
        assert code == -signal.SIGKILL
        self.hub.requests.clear()
        self.post_step = machine_with({**environ, **{f"STATE_{key}": value for key, value in self.state.items()}})
        assert post_step.run(self.post_step) == 0
        return code

    def _ended_by(self, number: signal.Signals, at: str, environ: dict[str, str]) -> int:
        words = [sys.executable, "-m", "bot", "action"]
        process = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.hub.before.append((at, lambda: process.send_signal(number)))
        _, errors = process.communicate()
        assert "Traceback" not in errors
        return process.returncode

    @property
    def state(self) -> dict[str, str]:
        """What the last run left for its post step."""
        return _outputs(self.folder / f"runner{self.runs}" / "state")

    def _step(self, name: str, event: dict[str, Any], inputs: dict[str, str]) -> dict[str, str]:
        """A clone of its own, and what the runner sets for the step."""
        self.runs += 1
        runner = self.folder / f"runner{self.runs}"
        runner.mkdir()
        workspace = runner / "workspace"
        if not (self.folder / "prepared").exists():
            check_out(workspace, f"file://{self.hub.git}", f"refs/heads/{self.checked_out}")
        else:
            (self.folder / "prepared").rename(workspace)
        (runner / "event.json").write_text(json.dumps(event, default=str))
        given = {"token": "ghs_secret", "python": inputs.get("python") or str(project_python()), **inputs}
        environ = {
            "PATH": "/usr/bin:/bin:/usr/local/bin",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(runner / "event.json"),
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_WORKFLOW": self.workflow,
            "GITHUB_SHA": self.hub.sha(self.checked_out),
            "GITHUB_ACTION_REPOSITORY": "acme/migration-bot",
            "GITHUB_ACTION_REF": "v1",
            "GITHUB_RUN_ID": str(76 + self.runs),
            "GITHUB_RUN_ATTEMPT": str(self.attempt),
            "GITHUB_API_URL": self.hub.url,
            "GITHUB_SERVER_URL": self.hub.server,
            "GITHUB_OUTPUT": str(runner / "output"),
            "GITHUB_STEP_SUMMARY": str(runner / "summary"),
            "GITHUB_STATE": str(runner / "state"),
            "MIGRATION_BOT_CACHE": str(self.cache),
            "MIGRATION_BOT_PAUSE": "0",
            "MIGRATION_BOT_GITHUB_TIMEOUT": str(self.timeout),
            **{f"INPUT_{key.upper().replace('_', '-')}": value for key, value in given.items()},
        }
        self.hub.requests.clear()
        return environ


def _outputs(path: Path) -> dict[str, str]:
    """What the runner would read: heredocs only."""
    found: dict[str, str] = {}
    lines = iter(path.read_text().splitlines() if path.exists() else [])
    for line in lines:
        name, _, delimiter = line.partition("<<")
        value = []
        for text in lines:
            if text == delimiter:
                break
            value.append(text)
        found[name] = "\n".join(value)
    return found


@contextmanager
def staged(folder: Path, cache: Path) -> Iterator[ActionHarness]:
    """A repository with its GitHub."""
    bare = folder / "github.git"
    bare_init = ["git", "init", "--quiet", "--template=", "--bare", "--initial-branch=main", str(bare)]
    subprocess.run(bare_init, check=True)
    subprocess.run(["git", "-C", str(bare), "config", "uploadpack.allowAnySHA1InWant", "true"], check=True)
    clone = ["git", "clone", "--quiet", "--template=", str(bare), str(folder / "author")]
    subprocess.run(clone, check=True, capture_output=True)
    hub = FakeGitHub(bare, permissions={"octocat": "write", "stranger": "read"})
    made = ActionHarness(hub, folder, cache)
    made.git("checkout", "--quiet", "-B", "main")
    made.write(FILES, "first")
    made.push("main")
    with _served(made):
        yield made


@contextmanager
def _served(made: ActionHarness) -> Iterator[ActionHarness]:
    """Every exchange has to be as GitHub describes it."""
    with serve(made.hub):
        yield made
    assert made.hub.violations == []


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory, bot_cache: Path) -> ActionHarness:
    """Made once in a process and only to be copied: half of what a short test costs is git."""
    with staged(tmp_path_factory.mktemp("untouched"), bot_cache) as made:
        return made


@pytest.fixture
def stage(untouched: ActionHarness, tmp_path: Path) -> Iterator[ActionHarness]:
    """Before the first pull request."""
    with copied(untouched, tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory, bot_cache: Path) -> ActionHarness:
    """A run on a pull request that adds a column, made once in a process and only to be copied."""
    with staged(tmp_path_factory.mktemp("first"), bot_cache) as made:
        made.open({"models.py": WITH_AGE})
        assert made.pull_request() == TO_ADD
    return made


@pytest.fixture(scope="session")
def first_half(tmp_path_factory: pytest.TempPathFactory, bot_cache: Path) -> ActionHarness:
    """The same by the half of a pair that only checks."""
    with staged(tmp_path_factory.mktemp("half"), bot_cache) as made:
        made.open({"models.py": WITH_AGE})
        assert made.pull_request(mode="check") == TO_ADD
    return made


@pytest.fixture
def after_first(first_run: ActionHarness, tmp_path: Path) -> Iterator[ActionHarness]:
    """As that run leaves pull request and GitHub, for what comes later."""
    with copied(first_run, tmp_path) as made:
        yield made


@pytest.fixture
def after_half(first_half: ActionHarness, tmp_path: Path) -> Iterator[ActionHarness]:
    """For the half that publishes: the first one's folder is in its workspace."""
    with copied(first_half, tmp_path) as made:
        (tmp_path / "prepared").mkdir()
        shutil.move(tmp_path / "runner1" / "workspace" / FOLDER, tmp_path / "prepared")
        yield made


@contextmanager
def copied(made: ActionHarness, folder: Path) -> Iterator[ActionHarness]:
    """Another repository with another GitHub, both in the same state."""
    shutil.copytree(made.folder, folder, symlinks=True, dirs_exist_ok=True)
    bare = folder / made.hub.git.name
    known = ("pulls", "comments", "reactions", "checks", "permissions")
    hub = FakeGitHub(bare, **{name: deepcopy(getattr(made.hub, name)) for name in known})
    following = next(made.hub.identifiers)
    made.hub.identifiers, hub.identifiers = count(following), count(following)
    copy = replace(made, hub=hub, folder=folder, outputs=dict(made.outputs))
    config = copy.work / ".git/config"
    config.write_text(config.read_text().replace(str(made.hub.git), str(bare)))
    with _served(copy):
        yield copy
