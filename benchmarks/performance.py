"""What a check costs beside what anyone must do anyway, at several sizes, as a page of the documentation.

In turn, as medians: the bot on its first run of a machine and on later ones, the procedure by hand, the least that has
to be done (`benchmarks.least`), and the floor. The small project is the demo's; `benchmarks.sizes` makes the others.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import sizes
from benchmarks.least import server, upgrade_and_autogenerate, url
from benchmarks.measured import Spent, run
from benchmarks.statements import sent
from bot import demo
from bot.database.databases import Databases
from bot.database.servers import Server

_HERE = Path(__file__).parent
_SMALL = "demo"
_SIZES = (_SMALL, "10x10", "10x500", "100x20", "500x20", "1000x20")
_STATEMENTS = "statements"
_WAYS = ("check", "check, first run", "by hand", "least", "floor", _STATEMENTS)
Figures = dict[str, dict[str, list[list[float]]]]  # by size and way, for each run: wall, CPU, memory
_PAGE = """# Performance

What a check costs, beside what anyone must do anyway. Written by `make bench`: medians of runs in turn, on a
machine with {cores} cores; seconds are worth little on another one, the ratios more. CPU is that of all processes, the
server's included; memory that of the largest process; statements are messages to the server. The first run of a machine
prepares its server's data folder besides.

*Least* is `alembic upgrade head` from empty and `alembic revision --autogenerate`, on a server like the bot's, which is
started for it. *By hand* is [the whole procedure](../benchmarks/by_hand.sh): both databases, the migration up, down and
up again, five dumps. The *floor* imports the project's models once for each side and runs the bare SQL of their tables:
it proves nothing.

| tables | revisions | way | runs | wall, s | of least | CPU, s | of least | memory, MB | statements |
|---|---|---|---|---|---|---|---|---|---|
{rows}
"""


@dataclass
class Subject:
    """A repository to be checked at `revisions`; `plain` is a checkout for what is done without the bot."""

    name: str
    folder: Path
    revisions: tuple[str, ...]
    cache: Path

    @property
    def plain(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}-plain")

    def check(self, cache: Path | None = None, database: str = "embedded") -> list[str]:
        """The bot's command."""
        words = ["--repo", str(self.folder), *self.revisions, "--python", sys.executable, "--database", database]
        place = f"MIGRATION_BOT_CACHE={cache or self.cache}"
        return ["env", place, sys.executable, "-m", "bot", "check", *words, "--format", "json"]

    def ways(self) -> dict[str, Callable[[], Spent]]:
        """What is measured, by its name in the page."""
        found = {"check": lambda: run(self.check()), "check, first run": self._cold}
        if self.name == _SMALL:
            return {**found, "by hand": self._by_hand, "least": self._least, "floor": self._floor}
        return {**found, "least": self._least, "floor": self._floor}

    def _cold(self) -> Spent:
        with tempfile.TemporaryDirectory() as cache:
            Path(cache).chmod(0o755)
            return run(self.check(Path(cache)))

    def _by_hand(self) -> Spent:
        with tempfile.TemporaryDirectory() as work:
            Path(work).chmod(0o755)
            return run([str(_HERE / "by_hand.sh"), str(self.folder), sys.executable, f"{work}/run"])

    def least(self, *words: str) -> list[str]:
        """The command for what anyone must do."""
        return [sys.executable, "-m", "benchmarks.least", str(self.plain), "--cache", str(self.cache), *words]

    def statements(self) -> dict[str, int]:
        """How many the server gets, for the ways in which that counts."""

        def check(server: Server) -> None:
            with Databases(server) as databases:
                home = databases.create("home")
            run(self.check(database=url(server.admin.with_database(home))))

        def upgrade(server: Server) -> None:
            with Databases(server) as databases:
                upgrade_and_autogenerate(self.plain, databases.address(databases.create("least")))

        return {"check": sent(self.cache, check), "least": sent(self.cache, upgrade)}

    def _least(self) -> Spent:
        return run(self.least())

    def _floor(self) -> Spent:
        return run(self.least("--floor"))


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="of each way")
    parser.add_argument("--sizes", nargs="+", default=_SIZES, help=f"TABLESxREVISIONS, or {_SMALL}")
    parser.add_argument("--ways", nargs="+", default=_WAYS, choices=_WAYS)
    parser.add_argument("--figures", type=Path, help="a file with those of earlier calls, which stay and count")
    parser.add_argument("--report", type=Path, help="the page to write, up to its first section; else it is printed")
    options = parser.parse_args()
    figures: Figures = json.loads(options.figures.read_text()) if options.figures and options.figures.exists() else {}
    with tempfile.TemporaryDirectory() as work:
        Path(work).chmod(0o755)
        for size in options.sizes:
            _measure(_subject(size, Path(work)), options.runs, options.ways, figures.setdefault(size, {}))
            if options.figures:
                options.figures.write_text(json.dumps(figures))
    rows = [row for size in sorted(figures, key=_place) for row in _rows(size, figures[size])]
    page = _PAGE.format(cores=len(os.sched_getaffinity(0)), rows="\n".join(rows))
    if options.report:
        written = options.report.read_text() if options.report.exists() else ""
        options.report.write_text("".join((page, *written.partition("\n## ")[1:])))
    else:
        print(page)


def _place(size: str) -> int:
    return _SIZES.index(size) if size in _SIZES else len(_SIZES)


def _subject(size: str, work: Path) -> Subject:
    folder, cache = work / size, work / "cache"
    cache.mkdir(exist_ok=True, mode=0o755)
    with server(cache):
        pass  # the data folder is prepared now
    if size == _SMALL:
        demo.make_repository(folder)
        subject = Subject(size, folder, (), cache)
    else:
        tables, _, revisions = size.partition("x")
        folder.mkdir()
        sizes.make(folder, int(tables), int(revisions))
        subject = Subject(size, folder, ("--base", "main", "--head", "change"), cache)
    subprocess.run(["cp", "-r", str(folder), str(subject.plain)], check=True)
    return subject


def _measure(subject: Subject, runs: int, wanted: Sequence[str], found: dict[str, list[list[float]]]) -> None:
    """All ways in turn, so often; then, once, what the server gets."""
    for _ in range(runs):
        for way, act in subject.ways().items():
            if way in wanted:
                spent = act()
                found.setdefault(way, []).append([spent.wall, spent.cpu, spent.peak])
    if _STATEMENTS in wanted:
        for way, count in subject.statements().items():
            found[f"{_STATEMENTS} {way}"] = [[count]]


def _rows(size: str, found: dict[str, list[list[float]]]) -> Iterator[str]:
    tables, _, revisions = size.partition("x")
    least = _medians(found["least"])
    for way in (way for way in _WAYS if way in found):
        wall, cpu, peak = _medians(found[way])
        (count,) = _medians(found.get(f"{_STATEMENTS} {way}", [[0]]))
        ratios = f"| {wall:.1f} | {wall / least[0]:.2f} | {cpu:.1f} | {cpu / least[1]:.2f}"
        runs = len(found[way])
        yield f"| {tables} | {revisions} | {way} | {runs} {ratios} | {peak:.0f} | {int(count) or ''} |"


def _medians(runs: Sequence[Sequence[float]]) -> list[float]:
    """Of each figure by itself."""
    return [statistics.median(figure) for figure in zip(*runs, strict=True)]


if __name__ == "__main__":
    main()
