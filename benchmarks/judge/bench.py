"""One case through bot and judge. In: a case and where to work. Out: a `Verdict`, plain Alembic's beside it.

`right`: the file does what the models say, and no row or value is lost. `asks`: an author's decision is missing and
the bot asks for it. `wrong`: anything else that is not green. `false green`: called proven (or unchanged), and the
judge disagrees. `broken`: no verdict at all.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg2

from benchmarks.judge.cases import Case
from benchmarks.judge.court import Court, Ruling, court
from benchmarks.judge.project import Child, RefusedError, write
from bot.database.databases import Databases
from bot.database.embedded import programs
from bot.database.servers import Context, start
from bot.system import accounts

Word = Literal["right", "asks", "wrong", "false green", "broken"]
WORDS: tuple[Word, ...] = ("right", "asks", "wrong", "false green", "broken")
GREEN = ("proven", "unchanged")
TABLESPACE = "fast_disk"  # cases may move tables to it


@dataclass(frozen=True)
class Verdict:
    """What came of a case; `plain` is `None` when plain Alembic was not asked."""

    case: str
    kind: str
    word: Word
    status: str
    why: str
    seconds: float
    plain: bool | None = None


@dataclass(frozen=True)
class Bench:
    """Where cases are tried: `out` keeps repositories, reports and files; `python` runs the projects."""

    out: Path
    python: Path
    programs: Path
    databases: Databases
    child: Child
    compare: bool = False


@dataclass(frozen=True)
class Said:
    """What the bot said of a case."""

    status: str
    source: str | None
    subjects: frozenset[str]
    trouble: str


@contextmanager
def opened(out: Path, python: Path, *, compare: bool) -> Iterator[Bench]:
    """A server and an interpreter of the judge's own, gone when the context ends; `python` is an environment."""
    out.chmod(0o755)  # the bot lets another account run the project's code
    users = accounts()
    with start("embedded", Context(out, out, users)) as server, Databases(server) as databases:
        databases.create_tablespace(TABLESPACE)
        with Child(python / "bin" / "python") as child:
            yield Bench(out, python, programs.find(users.server).bin, databases, child, compare)


def try_case(bench: Bench, case: Case) -> Verdict:
    """Run the bot on a case and judge its file. Never raises for what bot or case do."""
    folder = bench.out / case.name
    shutil.rmtree(folder, ignore_errors=True)
    repository = _repository(folder / "repository", case)
    started = time.perf_counter()
    said = run_bot(bench, case, repository, folder)
    seconds = round(time.perf_counter() - started, 2)
    try:
        with court(case, bench.databases, bench.child, bench.programs) as sitting:
            ruling = _ruling(sitting, said, folder)
            plain = sitting.with_plain_file(folder / "plain").right if bench.compare else None
            plain = plain and not (case.empty and _does_something(folder / "plain"))
    except (RefusedError, psycopg2.Error) as error:
        return Verdict(case.name, case.kind, "broken", said.status, f"the case itself: {error}", seconds)
    word, why = verdict(case, said, ruling)
    return Verdict(case.name, case.kind, word, said.status, why, seconds, plain)


def run_bot(bench: Bench, case: Case, repository: Path, folder: Path) -> Said:
    """`migration-bot check` on the case's repository, as a person would run it."""
    command = [sys.executable, "-m", "bot", "check", "--repo", str(repository), "--python", str(bench.python)]
    command += ["--message", "change", "--output-dir", str(folder / "out"), "--format", "text", *case.options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    (folder / "log").write_text(done.stderr + "\n" + done.stdout, encoding="utf-8")
    report = folder / "out" / "report.json"
    if not report.exists():
        return Said("none", None, frozenset(), done.stderr.strip()[-400:])
    said = json.loads(report.read_text(encoding="utf-8"))
    projects = said["projects"]
    files = [m["source"] for p in projects for m in p["migrations"] if m["origin"] == "generated"]
    subjects = frozenset(d["subject"] for p in projects for d in p["decisions"] if d["decided"] in ("open", "assumed"))
    return Said(said["status"], files[-1] if files else None, subjects, "; ".join(_trouble(projects)))


def verdict(case: Case, said: Said, ruling: Ruling) -> tuple[Word, str]:
    """The word for a case, and why."""
    if said.status in ("none", "error"):
        return "broken", said.trouble
    if not ruling.right and said.status in GREEN:
        return "false green", ruling.wrong
    unasked = sorted(set(case.asks) - said.subjects)
    if unasked:
        return (
            "wrong",
            f"does not ask about {', '.join(unasked)}, but about {', '.join(sorted(said.subjects)) or 'nothing'}",
        )
    if ruling.right and (said.status in GREEN or (said.status == "warning" and not case.decision)):
        return "right", "" if said.status in GREEN else f"({said.status}: {said.trouble})"
    if case.decision and said.subjects and said.status == "warning":
        return "asks", ruling.wrong
    return "wrong", f"{ruling.wrong} [{said.trouble}]"


def _ruling(sitting: Court, said: Said, folder: Path) -> Ruling:
    if said.source is None:
        return sitting.without_file()
    if sitting.case.empty:
        return Ruling("a migration for schemas that are equal")
    return sitting.with_file(folder / "judged", said.source)


def _trouble(projects: list[dict[str, Any]]) -> list[str]:
    errors = [p["error"]["message"].splitlines()[0] for p in projects if p["error"]]
    steps = [s["error"]["message"].splitlines()[0] for p in projects for s in p["round_trip"]["steps"] if s["error"]]
    findings = [f"{f['code']} {f['title']}" for p in projects for f in p["findings"] if f["severity"] != "notice"]
    return errors + steps + findings


def _repository(path: Path, case: Case) -> Path:
    """The old models committed, the new ones in the working tree."""
    write(path, case.path / "old" / "models.py")
    who = ["-c", "user.name=judge", "-c", "user.email=judge@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], [*who, "commit", "-q", "-m", "The models as they were"]):
        subprocess.run(["git", "-C", str(path), *words], check=True, capture_output=True)
    shutil.copy(case.path / "new" / "models.py", path / "models.py")
    return path


def _does_something(project: Path) -> bool:
    return any("op." in path.read_text(encoding="utf-8") for path in (project / "migrations/versions").glob("*.py"))
