"""One case through bot and oracle. In: a case and where to work. Out: a `CaseResult`, plain Alembic's beside it.

`right`: the file does what the models say, and no row or value is lost. `asks`: an author's decision is missing and
the bot asks for it. `wrong`: anything else that is not green. `false green`: called proven (or unchanged), and the
oracle disagrees. `broken`: no verdict at all.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg2

from bot.database.databases import Databases
from bot.database.embedded import programs
from bot.database.servers import Context, start
from bot.model import Project
from bot.system import accounts
from tests.oracle.cases import Case
from tests.oracle.oracle import Mismatch, Oracle, oracle_of
from tests.oracle.project import Child, RefusedError, write
from tests.support.process import TEMPORARY
from tests.support.report_schema import valid_report

Word = Literal["right", "asks", "wrong", "false green", "broken"]
WORDS: tuple[Word, ...] = ("right", "asks", "wrong", "false green", "broken")
GREEN = ("proven", "unchanged")
TABLESPACE = "fast_disk"  # cases may move tables to it


@dataclass(frozen=True)
class CaseResult:
    """What came of a case; `plain` is `None` when plain Alembic was not asked."""

    case: str
    kind: str
    word: Word
    status: str
    why: str
    seconds: float
    plain: bool | None = None


@dataclass(frozen=True)
class Runner:
    """Where cases are tried: `out` keeps repositories, reports and files; `python` runs the projects."""

    out: Path
    python: Path
    programs: Path
    databases: Databases
    child: Child
    compare: bool = False


@dataclass(frozen=True)
class BotAnswer:
    """What the bot said of a case."""

    status: str
    source: str | None
    subjects: frozenset[str]
    trouble: str


@contextmanager
def opened(out: Path, python: Path, *, compare: bool) -> Iterator[Runner]:
    """A server and an interpreter of the oracle's own, gone when the context ends; `python` is an environment."""
    out.chmod(0o755)  # the bot lets another account run the project's code
    users = accounts()
    with start("embedded", Context(out, out, TEMPORARY, users)) as server, Databases(server) as databases:
        databases.create_tablespace(TABLESPACE)
        with Child(python / "bin" / "python") as child:
            yield Runner(out, python, programs.find(users.server).bin, databases, child, compare)


def try_case(runner: Runner, case: Case) -> CaseResult:
    """Run the bot on a case and judge its file. Never raises for what bot or case do."""
    folder = runner.out / case.name
    shutil.rmtree(folder, ignore_errors=True)
    checkout = repository(folder / "repository", case)
    started = time.perf_counter()
    said = run_bot(runner, case, checkout, folder)
    seconds = round(time.perf_counter() - started, 2)
    try:
        with oracle_of(case, runner.databases, runner.child, runner.programs) as oracle:
            mismatch = compared(oracle, said, folder)
            plain = oracle.with_plain_file(folder / "plain").right if runner.compare else None
            plain = plain and not (case.empty and _does_something(folder / "plain"))
    except (RefusedError, psycopg2.Error) as error:
        return CaseResult(case.name, case.kind, "broken", said.status, f"the case itself: {error}", seconds)
    word, why = word_for(case, said, mismatch)
    return CaseResult(case.name, case.kind, word, said.status, why, seconds, plain)


def run_bot(runner: Runner, case: Case, repository: Path, folder: Path) -> BotAnswer:
    """`migration-bot check` on the case's repository, as a person would run it."""
    command = [sys.executable, "-m", "bot", "check", "--repo", str(repository), "--python", str(runner.python)]
    command += ["--message", "change", "--output-dir", str(folder / "out"), "--format", "text", *case.options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    (folder / "log").write_text(done.stderr + "\n" + done.stdout, encoding="utf-8")
    report = folder / "out" / "report.json"
    if not report.exists():
        return BotAnswer("none", None, frozenset(), done.stderr.strip()[-400:])
    said = valid_report(report.read_bytes())
    files = [m.source for p in said.projects for m in p.migrations if m.origin == "generated"]
    subjects = frozenset(d.subject for p in said.projects for d in p.decisions if d.decided in ("open", "assumed"))
    return BotAnswer(said.status, files[-1] if files else None, subjects, "; ".join(_trouble(said.projects)))


def word_for(case: Case, said: BotAnswer, mismatch: Mismatch) -> tuple[Word, str]:
    """The word for a case, and why."""
    if said.status in ("none", "error"):
        return "broken", said.trouble
    if not mismatch.right and said.status in GREEN:
        return "false green", mismatch.wrong
    unasked = sorted(set(case.asks) - said.subjects)
    if unasked:
        return (
            "wrong",
            f"does not ask about {', '.join(unasked)}, but about {', '.join(sorted(said.subjects)) or 'nothing'}",
        )
    if mismatch.right and (said.status in GREEN or (said.status == "warning" and not case.decision)):
        return "right", "" if said.status in GREEN else f"({said.status}: {said.trouble})"
    if case.decision and said.subjects and said.status == "warning":
        return "asks", mismatch.wrong
    return "wrong", f"{mismatch.wrong} [{said.trouble}]"


def compared(oracle: Oracle, said: BotAnswer, folder: Path) -> Mismatch:
    """The oracle's word on the bot's file, or on there being none."""
    if said.source is None:
        return oracle.without_file()
    if oracle.case.empty:
        return Mismatch("a migration for schemas that are equal")
    return oracle.with_file(folder / "judged", said.source)


def _trouble(projects: list[Project]) -> list[str]:
    errors = [p.error.message.splitlines()[0] for p in projects if p.error]
    steps = [s.error.message.splitlines()[0] for p in projects for s in p.round_trip.steps if s.error]
    findings = [f"{f.code} {f.title}" for p in projects for f in p.findings if f.severity != "notice"]
    return errors + steps + findings


def repository(path: Path, case: Case) -> Path:
    """The old models committed, the new ones in the working tree."""
    write(path, case.path / "old" / "models.py")
    who = ["-c", "user.name=oracle", "-c", "user.email=oracle@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], [*who, "commit", "-q", "-m", "The models as they were"]):
        subprocess.run(["git", "-C", str(path), *words], check=True, capture_output=True)
    shutil.copy(case.path / "new" / "models.py", path / "models.py")
    return path


def _does_something(project: Path) -> bool:
    return any("op." in path.read_text(encoding="utf-8") for path in (project / "migrations/versions").glob("*.py"))
