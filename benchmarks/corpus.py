"""The bot on commits of real repositories that nobody set up: does each end in a verdict, and at which try?

In: manifests (JSON lists of commits with `repo`, `base`, `head`, `date` and `migration`; `config_path`, `cwd`, `python`
and `env` where somebody knows them) and a folder of bare git directories named `owner+name`. Out: results as JSON, and
tables. Every commit is run twice, with the author's migration taken away and left in, with its dependencies as of its
date. Where a run ends without a verdict, the advice in its report is followed, for as many rounds as are allowed.

No code of these repositories is kept here; they run without credentials, as every project does.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

Mode = Literal["taken away", "left in"]
_BOT = Path(__file__).resolve().parent.parent
VERDICTS = ("unchanged", "proven", "warning", "failed")


@dataclass(frozen=True)
class Round:
    """One run: `kind` is the word for its error, `options` what advice had added, `residual` how many differences."""

    status: str
    seconds: float
    kind: str = ""
    detail: str = ""
    options: tuple[str, ...] = ()
    stages: dict[str, float] = field(default_factory=dict)
    filled: int = 0
    left_out: tuple[str, ...] = ()
    residual: int = 0


@dataclass(frozen=True)
class Result:
    """What became of one commit in one mode: the first contact and the rounds after it."""

    repository: str
    head: str
    mode: Mode
    rounds: tuple[Round, ...]

    @property
    def has_verdict(self) -> bool:
        return self.rounds[-1].status in VERDICTS


def main() -> None:
    """Run the commits of manifests and print, or write, their table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("manifests", type=Path, nargs="+")
    parser.add_argument("--mirrors", type=Path, required=True, help="folder with git directories, named owner+name")
    parser.add_argument("--only", action="append", default=[], help="words that repository or commit must contain")
    parser.add_argument("--modes", nargs="+", default=["taken away", "left in"], help="'taken away', 'left in'")
    parser.add_argument("--rounds", type=int, default=2, help="how often the bot's own advice is followed")
    parser.add_argument("--longest", type=float, default=1_500.0, metavar="SECONDS", help="when a run is ended")
    parser.add_argument("--out", type=Path, help="folder for reports and logs; results that are there are kept")
    parser.add_argument("--report", type=Path, help="Markdown file to write the table to")
    options = parser.parse_args()
    out = options.out or Path(tempfile.mkdtemp(prefix="corpus-"))
    out.mkdir(parents=True, exist_ok=True)
    results = []
    for pair in _pairs(options.manifests, options.only):
        for mode in options.modes:
            results.append(_result(pair, mode, options.mirrors, out, options.rounds, options.longest))
            last = results[-1].rounds[-1]
            print(f"{last.status:10} {last.seconds:6.1f} s  {pair['repo']} {pair['head'][:10]} {mode} {last.detail}")
    print("\n".join(_totals(results)))
    if options.report:
        options.report.write_text("\n".join(table(results)) + "\n")


def _pairs(manifests: list[Path], words: list[str]) -> Iterator[dict[str, Any]]:
    for manifest in manifests:
        for pair in json.loads(manifest.read_text()):
            if all(word in f"{pair['repo']} {pair['head']}" for word in words):
                yield pair


def _result(pair: dict[str, Any], mode: Mode, mirrors: Path, out: Path, rounds: int, longest: float) -> Result:
    """The result, from an earlier run if it is there."""
    place = out / f"{pair['repo'].replace('/', '+')}-{pair['head'][:10]}-{mode.replace(' ', '-')}"
    kept = place.with_name(f"{place.name}.json")
    if kept.exists():
        return read_result(json.loads(kept.read_text()))
    done: list[Round] = []
    advised: tuple[str, ...] = ()
    while True:
        done.append(_run(pair, mode, mirrors, place / str(len(done)), advised, longest))
        more = _advised(place / str(len(done) - 1) / "report.json", advised)
        if done[-1].status in VERDICTS or len(done) > rounds or not more:
            break
        advised += more
    result = Result(pair["repo"], pair["head"], mode, tuple(done))
    kept.write_text(json.dumps(asdict(result), indent=1))
    return result


def read_result(data: dict[str, Any]) -> Result:
    """A result as it was written."""
    rounds = [
        Round(**{**item, "options": tuple(item["options"]), "left_out": tuple(item["left_out"])})
        for item in data["rounds"]
    ]
    return Result(data["repository"], data["head"], data["mode"], tuple(rounds))


def _advised(path: Path, given: tuple[str, ...]) -> tuple[str, ...]:
    """Options that the report's own advice names, as somebody in a hurry would copy them; `…` becomes `1`."""
    if not path.exists():
        return ()
    errors = [project["error"] for project in json.loads(path.read_text())["projects"] if project["error"]]
    found: list[str] = []
    for error in errors:
        for name, value in re.findall(r"--(prepare|env|setup|x|name) ('[^']*'|\"[^\"]*\"|\S+)", error["advice"]):
            words = [f"--{name}", shlex.split(value)[0].replace("…", "1")]
            if words[1] not in (*given, *found):
                found += words
    return tuple(found)


def _run(pair: dict[str, Any], mode: Mode, mirrors: Path, out: Path, advised: tuple[str, ...], longest: float) -> Round:
    started = time.perf_counter()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the account that runs the project's code reads settings here
        clone = Path(folder) / "repository"
        _settings(pair, clone)
        base, head = _clone(mirrors / pair["repo"].replace("/", "+"), clone, pair, keep=mode == "left in")
        _git("-C", str(clone), "checkout", "--quiet", "--force", "--detach", head)
        # Nothing of the repository's is imported by the bot, which is run there, as people do.
        command = [sys.executable, "-P", "-m", "bot", "check", "--base", base, "--head", head]
        command += [*_options(pair, clone, out), *advised]
        environment = {**os.environ, "PYTHONPATH": str(_BOT), "UV_EXCLUDE_NEWER": _next_day(pair["date"])}
        code, log = _ended(command, environment, clone, longest)
    (out / "log.txt").write_text(f"{shlex.join(command)}\n{log}")
    return _read(out / "report.json", code, log, round(time.perf_counter() - started, 1), advised)


def _ended(command: list[str], environment: dict[str, str], cwd: Path, longest: float) -> tuple[int, str]:
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
            timeout=longest,
            errors="replace",
        )
    except subprocess.TimeoutExpired as error:
        said = "".join(
            part.decode(errors="replace") for part in (error.stdout, error.stderr) if isinstance(part, bytes)
        )
        return -1, f"{said}took longer than {longest:g} s"
    return done.returncode, done.stdout + done.stderr


def _settings(pair: dict[str, Any], clone: Path) -> None:
    """Empty files for variables that name one: the projects have defaults for what is in them."""
    for value in pair.get("env", {}).values():
        if "{root}" in value:
            path = Path(value.replace("{root}", str(clone.parent)))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pair.get("settings", ""))


def _clone(mirror: Path, clone: Path, pair: dict[str, Any], *, keep: bool) -> tuple[str, str]:
    """A clone, and the commits in it to compare: the author's, less the migration unless it is kept.

    Both are made without the biggest files: mirrors may lack those.
    """
    source = next(path for path in (mirror, *mirror.glob("*")) if (path / "HEAD").exists())
    _git("clone", "--quiet", "--shared", "--no-checkout", str(source), str(clone))
    lacking = {commit: _lacking(clone, commit) for commit in (pair["base"], pair["head"])}
    base = _without(clone, pair["base"], lacking[pair["base"]], pair["base"])
    gone = lacking[pair["head"]] if keep else [*lacking[pair["head"]], pair["migration"]]
    return base, _without(clone, pair["head"], gone, base)


def _lacking(clone: Path, commit: str) -> list[str]:
    """Files of a commit whose contents the clone has not."""
    rows = [line.split("\t", 1) for line in _git("-C", str(clone), "ls-tree", "-r", "-z", commit).split("\0") if line]
    blobs = {path: row.split()[2] for row, path in rows if row.split()[1] == "blob"}
    asked = "\n".join(blobs.values())
    known = _git("-C", str(clone), "cat-file", "--batch-check", given=asked).splitlines()
    return [path for path, line in zip(blobs, known, strict=True) if line.endswith(" missing")]


def _without(clone: Path, commit: str, paths: list[str], parent: str) -> str:
    """The commit less some files, after `parent`; the commit itself where there are none."""
    if not paths:
        return commit
    _git("-C", str(clone), "read-tree", commit)
    _git("-C", str(clone), "rm", "--quiet", "--cached", "--", *paths)
    tree = _git("-C", str(clone), "write-tree", "--missing-ok")
    before = ["-p", parent] if parent != commit else []
    return _git("-C", str(clone), "commit-tree", tree, *before, "-m", "without some files")


def _git(*words: str, given: str | None = None) -> str:
    config = ["-c", "core.hooksPath=/dev/null", "-c", "user.name=corpus", "-c", "user.email=corpus@localhost"]
    # A file that a partial clone lacks is not asked for elsewhere.
    env = {**os.environ, "GIT_NO_LAZY_FETCH": "1"}
    done = subprocess.run(["git", *config, *words], check=True, capture_output=True, text=True, input=given, env=env)
    return done.stdout.strip()


def _options(pair: dict[str, Any], clone: Path, out: Path) -> Iterator[str]:
    """What a newcomer gives: nothing but the two commits, unless the manifest knows more."""
    yield from ("--repo", str(clone), "--output-dir", str(out), "--format", "text")
    if "python" in pair:
        yield from ("--python", pair["python"])
    if "cwd" in pair and not pair["config_path"].startswith("flask"):
        yield from ("--config", os.path.normpath(f"{pair['cwd']}/{pair['config_path']}"))
    for name, value in pair.get("env", {}).items():
        yield from ("--env", f"{name}={value.replace('{root}', str(clone.parent))}")


def _next_day(day: str) -> str:
    return f"{date.fromordinal(date.fromisoformat(day).toordinal() + 1)}T00:00:00Z"


def _read(path: Path, code: int, log: str, seconds: float, advised: tuple[str, ...]) -> Round:
    if not path.exists():
        last = (log.strip().splitlines() or [""])[-1]
        return Round(f"exit {code}", seconds, "no report", last[:160], advised)
    report = json.loads(path.read_text())
    projects = report["projects"]
    errors = [project["error"] for project in projects if project["error"]]
    codes = dict.fromkeys(f["code"] for p in projects for f in p["findings"] if f["severity"] == "error")
    return Round(
        report["status"],
        seconds,
        errors[0]["kind"] if errors else "",
        "; ".join([error["message"].splitlines()[0][:160] for error in errors] or codes),
        advised,
        report["seconds"],
        sum(len(project.get("filled_settings", [])) for project in projects),
        tuple(name for project in projects for name in project.get("left_out", [])),
        sum(len(project["residual"]) for project in projects),
    )


def _totals(results: list[Result]) -> list[str]:
    first = sum(result.rounds[0].status in VERDICTS for result in results)
    last = sum(result.has_verdict for result in results)
    counts = Counter(result.rounds[-1].status for result in results)
    told = ", ".join(f"{number} {status}" for status, number in counts.most_common())
    return [f"{first} of {len(results)} reach a verdict at first contact, {last} when advice is followed: {told}"]


def table(results: list[Result]) -> Iterator[str]:
    """Totals, and a line for each commit and mode."""
    yield from _totals(results)
    yield ""
    yield "| repository | commit | migration | first contact | in the end | rounds | seconds | remark |"
    yield "|---|---|---|---|---|---|---|---|"
    for result in results:
        first, last = result.rounds[0], result.rounds[-1]
        remark = last.detail.replace("|", "/") + (f" ({last.filled} settings filled in)" if last.filled else "")
        yield (
            f"| {result.repository} | {result.head[:10]} | {result.mode} | {first.status} | {last.status} "
            f"| {len(result.rounds)} | {last.seconds:.0f} | {remark.strip()} |"
        )
    yield ""
    yield from _same_effect(results)


def _same_effect(results: list[Result]) -> Iterator[str]:
    """Whether what was generated leads where the author's own file does: to what the models declare."""
    by_commit: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        by_commit.setdefault((result.repository, result.head), []).append(result)
    both = [pair for pair in by_commit.values() if len(pair) == 2 and all(result.has_verdict for result in pair)]
    same = [pair for pair in both if pair[0].rounds[-1].residual == pair[1].rounds[-1].residual]
    yield (
        f"Of {len(both)} commits with two verdicts, the generated and the author's file have the same effect in "
        f"{len(same)}."
    )


if __name__ == "__main__":
    main()
