"""The bot on commits of real repositories: does each end in a verdict, or in one clear error?

Comes in: a manifest (a JSON list of pairs with `repo`, `base`, `head`, `date`, `config_path`, `cwd`, `python`,
`env`, `migration`) and a folder with a git directory for each repository (`owner+name/…`). Each pair is run with
the author's migration taken away, and its dependencies as of the commit's date. Goes out: a table.

No code of these repositories is kept here; they run without credentials, as every project does.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Result:
    """What became of one pair."""

    repository: str
    head: str
    migration: str
    exit_code: int
    status: str
    seconds: float
    detail: str


def main() -> None:
    """Run the pairs of a manifest and print, or write, their table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("mirrors", type=Path, help="folder with git directories, named owner+name")
    parser.add_argument("only", nargs="*", help="words that the repository's name or head must contain")
    parser.add_argument("--keep", action="store_true", help="leave the authors' migrations in place (verify them)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="folder for reports and logs")
    parser.add_argument("--report", type=Path, help="Markdown file to write the table to")
    options = parser.parse_args()
    pairs = [pair for pair in json.loads(options.manifest.read_text()) if _wanted(pair, options.only)]
    out = options.out or Path(tempfile.mkdtemp(prefix="corpus-"))
    out.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        results = []
        for result in pool.map(lambda pair: _run(pair, options.mirrors, out, options.keep), pairs):
            results.append(result)
            print(f"{result.status:10} {result.seconds:6.1f} s  {result.repository} {result.head[:10]} {result.detail}")
    (out / "results.json").write_text(json.dumps([asdict(result) for result in results], indent=1))
    print("\n".join(_totals(results)))
    if options.report:
        options.report.write_text("\n".join(_table(results)) + "\n")


def _wanted(pair: dict[str, Any], words: list[str]) -> bool:
    return all(word in f"{pair['repo']} {pair['head']} {pair['migration']}" for word in words)


def _run(pair: dict[str, Any], mirrors: Path, out: Path, keep: bool) -> Result:
    started = time.perf_counter()
    name = f"{pair['repo'].replace('/', '+')}-{pair['head'][:10]}"
    shutil.rmtree(out / name, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the account that runs the project's code reads settings here
        clone = Path(folder) / "repository"
        _settings(pair, clone)
        head = _clone(mirrors / pair["repo"].replace("/", "+"), clone, pair, keep)
        command = [sys.executable, "-m", "bot", "check", "--head", head, *_options(pair, clone, out / name)]
        environment = {**os.environ, "UV_EXCLUDE_NEWER": _next_day(pair["date"])}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    (out / f"{name}.log").write_text(" ".join(command) + "\n" + done.stdout + done.stderr)
    status, detail = _verdict(out / name / "report.json", done)
    seconds = round(time.perf_counter() - started, 1)
    return Result(pair["repo"], pair["head"], pair["migration"], done.returncode, status, seconds, detail)


def _settings(pair: dict[str, Any], clone: Path) -> None:
    """Empty files for variables that name one: the projects have defaults for what is in them."""
    for value in pair["env"].values():
        if "{root}" in value:
            path = Path(value.replace("{root}", str(clone.parent)))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pair.get("settings", ""))


def _clone(mirror: Path, clone: Path, pair: dict[str, Any], keep: bool) -> str:
    """A clone, and the commit in it to check: the author's, less the migration.

    Nothing is checked out: mirrors may lack their biggest files.
    """
    source = next(path for path in (mirror, *mirror.glob("*")) if (path / "HEAD").exists())
    _git("clone", "--quiet", "--shared", "--no-checkout", str(source), str(clone))
    if keep:
        return str(pair["head"])
    _git("-C", str(clone), "read-tree", pair["head"])
    _git("-C", str(clone), "rm", "--quiet", "--cached", "--", pair["migration"])
    tree = _git("-C", str(clone), "write-tree", "--missing-ok")
    return _git("-C", str(clone), "commit-tree", tree, "-p", pair["base"], "-m", "without the migration")


def _git(*words: str) -> str:
    config = ["-c", "core.hooksPath=/dev/null", "-c", "user.name=corpus", "-c", "user.email=corpus@localhost"]
    done = subprocess.run(["git", *config, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _options(pair: dict[str, Any], clone: Path, out: Path) -> Iterator[str]:
    yield from ("--repo", str(clone), "--base", pair["base"], "--python", pair["python"])
    yield from ("--output-dir", str(out), "--format", "text")
    if not pair["config_path"].startswith("flask"):
        yield from ("--config", os.path.normpath(f"{pair['cwd']}/{pair['config_path']}"))
    for name, value in pair["env"].items():
        yield from ("--env", f"{name}={value.replace('{root}', str(clone.parent))}")


def _next_day(day: str) -> str:
    return f"{date.fromordinal(date.fromisoformat(day).toordinal() + 1)}T00:00:00Z"


def _verdict(path: Path, done: "subprocess.CompletedProcess[str]") -> tuple[str, str]:
    if not path.exists():
        return f"exit {done.returncode}", done.stderr.strip().splitlines()[-1][:160] if done.stderr.strip() else ""
    report = json.loads(path.read_text())
    errors = [p["error"]["message"].splitlines()[0][:160] for p in report["projects"] if p["error"]]
    findings = [f["code"] for p in report["projects"] for f in p["findings"] if f["severity"] == "error"]
    return report["status"], "; ".join(errors or findings)


def _totals(results: list[Result]) -> list[str]:
    counts = Counter(result.status for result in results)
    verdicts = sum(count for status, count in counts.items() if status in _VERDICTS)
    return [f"{verdicts} of {len(results)} reach a verdict: " + ", ".join(f"{n} {s}" for s, n in counts.most_common())]


_VERDICTS = ("unchanged", "proven", "warning", "failed")


def _table(results: list[Result]) -> Iterator[str]:
    yield "# Real repositories"
    yield ""
    yield "Commits that changed models and added one migration, with that migration taken away. Made by"
    yield "`python -m benchmarks.corpus MANIFEST MIRRORS --report docs/corpus.md`."
    yield ""
    yield from _totals(results)
    yield ""
    yield "| repository | commit | status | seconds | remark |"
    yield "|---|---|---|---|---|"
    for r in results:
        yield f"| {r.repository} | {r.head[:10]} | {r.status} | {r.seconds:.0f} | {r.detail.replace('|', '/')} |"


if __name__ == "__main__":
    main()
