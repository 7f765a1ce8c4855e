"""A machine worth attacking: secrets in all the usual places, a second database server, and the bot at work on it.

The bot runs as root and as an ordinary user; hostile code tells what it found by the error that it raises.
"""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from bot.model import Report
from bot.project.environment import interpreters, uv
from bot.project.environment.interpreters import Interpreters
from bot.system import Account, remove
from tests.support import interpreter, once
from tests.support.projects import FILES, MODELS
from tests.support.report_schema import valid_report
from tests.support.servers import prepared_cache
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[2]
PROBES = ROOT / "tests/attacks/probes"
SECRET = "s3cr3t-of-the-machine"
HOME = (".netrc", ".git-credentials", ".pgpass", ".ssh/id_rsa", ".config/gh/hosts.yml", ".docker/config.json")
PRIVATE = {"GITHUB_TOKEN": SECRET, "INPUT_TOKEN": SECRET, "ACTIONS_RUNTIME_TOKEN": SECRET, "PGPASSWORD": SECRET}

# What a spy may bring home of its own environment: nothing in it is the user's.
OWN_VARIABLES = ("PATH=", "HOME=", "TMPDIR=", "USER=migration-bot", "LOGNAME=migration-bot", "LC_", "LANG")


def loot(text: str) -> list[str]:
    """What a spy brought home, as the error of its code tells."""
    _, found, told = text.partition("loot: ")
    assert found, text
    brought: list[str] = json.loads(told.partition(" :loot")[0])
    return brought


@dataclass(frozen=True)
class Ended:
    """How the bot ended: what it printed, and the report that it wrote."""

    code: int
    printed: str
    report: Report
    text: str

    @property
    def loot(self) -> list[str]:
        """What the hostile code brought home."""
        (project,) = self.report.projects
        assert project.error is not None, self.text
        return loot(project.error.message)


@dataclass(frozen=True)
class Machine:
    """`folder` is open to everybody; `account` is who runs the bot with `python`."""

    folder: Path
    account: Account
    python: Path

    @property
    def project(self) -> Path:
        return project_of(self.python)

    @property
    def repository(self) -> Path:
        return self.folder / "workspace"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def temporary(self) -> Path:
        return self.folder / "temporary"

    def words(self, *options: str) -> list[str]:
        """`migration-bot check` of the last commit against the one before."""
        own = [] if "--install" in options or "--python" in options else ["--python", str(self.project)]
        given = ["check", "--repo", str(self.repository), "--base", "HEAD~1", "--head", "HEAD", *own, *options]
        return [str(self.python), "-m", "bot", *given]

    def start(self, command: list[str], env: Mapping[str, str] | None = None) -> "subprocess.Popen[str]":
        """Start a program as who runs the bot, in a session of its own; its output comes as one."""
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**self.environ, **(env or {})},
            user=self.account.uid,
            group=self.account.gid,
            extra_groups=[] if self.account.is_other else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def ask(self, *options: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Exit code of `words`, and all that was printed."""
        with self.start(self.words(*options), env) as process:
            printed, _ = process.communicate()
            return process.returncode, printed

    def run(self, command: list[str], env: Mapping[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            env=dict(env),
            cwd=cwd,
            user=self.account.uid,
            group=self.account.gid,
            extra_groups=[] if self.account.is_other else None,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    @property
    def environ(self) -> dict[str, str]:
        """As in a job: the runner's folders and files, tokens."""
        runner = self.folder / "runner"
        return {
            **PRIVATE,
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "MIGRATION_BOT_CACHE": str(self.cache),
            "GITHUB_WORKSPACE": str(self.repository),
            "RUNNER_TEMP": str(runner),
            **{f"GITHUB_{name}": str(runner / name.lower()) for name in ("ENV", "OUTPUT", "PATH", "STEP_SUMMARY")},
        }

    def commit(self, files: Mapping[str, str], message: str = "change") -> None:
        for name, text in files.items():
            path = self.repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        self.git("add", "-A")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        self.give_away()

    def empty_cache(self) -> None:
        """As before the very first run on this machine."""
        remove(self.cache)
        self.cache.mkdir(mode=0o755)

    def git(self, *words: str) -> str:
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "safe.directory=*"]
        done = subprocess.run(
            ["git", *identity, "-C", str(self.repository), *words], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def give_away(self) -> None:
        """Everything belongs to who runs the bot."""
        if self.account.is_other:
            subprocess.run(["chown", "-Rh", str(self.account.uid), str(self.folder)], check=True)

    def check(self, *options: str, env: Mapping[str, str] | None = None) -> Ended:
        """The same, with its report."""
        out = self.folder / "report"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        self.give_away()
        code, printed = self.ask(*options, "--output-dir", str(out), env=env)
        assert (out / "report.json").exists(), printed
        text = (out / "report.json").read_text() + (out / "comment.md").read_text()
        return Ended(code, printed, valid_report((out / "report.json").read_bytes()), text)

    def expect_clean(self) -> None:
        """Nothing is left; what other tests' runs leave in the shared memory for a moment goes by itself."""
        wait_until(lambda: self.left() == [], lambda: str(self.left()))

    def left(self) -> list[str]:
        """What runs left behind: all that is in our temporary folder, and what nobody uses in the shared memory."""
        shared = [path for path in Path("/dev/shm").glob("migration-bot-run-*") if _is_left(path)]
        return sorted(map(str, (*self.temporary.iterdir(), *shared)))


def _is_left(folder: Path) -> bool:
    """A run locks its folder as long as it lives. Who asks by locking it would keep a run from clearing it away."""
    with suppress(FileNotFoundError):
        lock = (folder / "lock").stat()
        name = f" {os.major(lock.st_dev):02x}:{os.minor(lock.st_dev):02x}:{lock.st_ino} "
        return name not in Path("/proc/locks").read_text()
    return folder.exists()


def spy(*names: str, given: Mapping[str, object], models: str = MODELS) -> str:
    """Models that, once imported, do what the spies of these names do, and tell what they found."""
    sources = [(PROBES / f"{name}.py").read_text() for name in names]
    brought = " + ".join(f"{name}_spy({dict(given)!r})" for name in names)
    told = f"import json\nraise RuntimeError('loot: ' + json.dumps({brought})[:20000] + ' :loot')\n"
    return models + "\n" + "\n".join(sources) + "\n" + told


@pytest.fixture(scope="session")
def user() -> Account:
    """An ordinary user, when these tests run as root."""
    entry = pwd.getpwnam("games" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
    return Account(entry.pw_uid, entry.pw_gid) if os.geteuid() == 0 else Account()


@pytest.fixture(scope="session")
def python(user: Account) -> Path:
    """This environment's Python, for everybody."""
    return once.made_once("python", lambda folder: _copy_environment(folder, user)) / "venv/bin/python"


def project_of(python: Path) -> Path:
    """The Python of projects beside it, whose packages a worker imports in less time."""
    return python.parents[2] / "project/bin/python"


def _copy_environment(folder: Path, user: Account) -> None:
    """With compiled files: an account that may not write here would compile every module in every process."""
    base = Interpreters(user, folder).reachable(Path(sys.executable))
    env = {**os.environ, **interpreters.libraries(base)}
    interpreter.make(folder / "project", base, env)
    subprocess.run([str(base), "-m", "venv", "--without-pip", str(folder / "venv")], check=True, env=env)
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    here = next(path for path in sys.path if path.endswith("site-packages"))
    left_out = shutil.ignore_patterns("*.pyc.*", "*.pth")
    shutil.copytree(here, packages, symlinks=True, ignore=left_out, dirs_exist_ok=True)
    once.compile_files(packages)
    shutil.copy(uv.uv_program(folder), folder / "venv/bin/uv")


@pytest.fixture(params=["root", "user"])
def machine(request: pytest.FixtureRequest, user: Account, python: Path) -> Iterator[Machine]:
    if request.param == "root" and os.geteuid() != 0:
        pytest.skip("only root can be root")
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    made = Machine(folder, user if request.param == "user" else Account(), python)
    for path in (made.temporary, made.home, made.repository, folder / "runner"):
        path.mkdir(mode=0o755)
    shutil.copytree(prepared_cache(), folder / "cache")
    for name in HOME:
        (made.home / name).parent.mkdir(parents=True, exist_ok=True)
        (made.home / name).write_text(f"password {SECRET}\n")
    for name in ("env", "output", "path", "step_summary", "git-credentials-1.config"):
        (made.folder / "runner" / name).write_text(SECRET if "." in name else "")
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(made.repository)], check=True)
    made.git("config", "http.https://github.com/.extraheader", f"AUTHORIZATION: basic {SECRET}")
    made.git("config", "credential.helper", f"!f() {{ echo password={SECRET}; }}; f")
    made.commit(FILES, "base")
    yield made
    made.expect_clean()
    remove(folder)
