"""Right migrations, broken on purpose, through the bot as their authors' own: none is proven that does another thing.

In: how many mutants of each of the migrations in `right/`, and of files that the bot writes for `--generated N`
of `tests/cases`. Out: a line for each mutant that is called proven although its effect is another one, and the
figures; with `--results FILE` a line of JSON for each, and what the file has is not run again. Exits with 1 on a
survivor or a crash. Only what is called proven is judged: one that has the effect of the right migration is right as
well.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.mutants.operators import Mutant, mutants
from tests.oracle.cases import Case, ExpectedData, find
from tests.oracle.effects import effect_of, unlike
from tests.oracle.oracle import oracle_of
from tests.oracle.runner import GREEN, BotAnswer, Runner, opened, repository, run_bot

RIGHT = Path(__file__).parent / "right"
CASES = Path(__file__).parents[2] / "tests" / "cases"
WORDS = ("right", "accused", "noticed", "SURVIVED", "same effect", "crash")


@dataclass(frozen=True)
class Result:
    """One of `WORDS` for a mutant, or for the right migration itself, whose number is 0."""

    case: str
    number: int
    word: str
    status: str = ""
    kind: str = ""
    what: str = ""
    why: str = ""


def main() -> int:
    """Make the mutants and run them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("only", nargs="*", help="beginnings of the names of migrations")
    parser.add_argument("--each", type=int, default=8, help="mutants of each migration")
    parser.add_argument("--generated", type=int, default=20, help="how many of tests/cases besides")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="folder that keeps models, reports and files")
    parser.add_argument("--results", type=Path, help="file of results, which a later run goes on with")
    options = parser.parse_args()
    there = list(_read(options.results))
    cases = [case for case in right_cases(options.generated) if _chosen(case.name, options.only)]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        out = (options.out or Path(folder)).resolve()
        out.mkdir(parents=True, exist_ok=True)
        with opened(out, Path(sys.prefix), compare=False) as runner, ThreadPoolExecutor(options.jobs) as pool:

            def one(case: Case) -> list[Result]:
                before = [result for result in there if result.case == case.name]
                return [_told(result, options.results) for result in tried(runner, case, options, before)]

            for results in pool.map(one, cases):
                there += results
    counts = Counter(result.word for result in there)
    print(f"{len({r.case for r in there})} migrations: " + ", ".join(f"{counts[word]} {word}" for word in WORDS))
    return int(bool(counts["SURVIVED"] or counts["crash"]))


def _chosen(name: str, beginnings: list[str]) -> bool:
    return not beginnings or any(name.startswith(word) for word in beginnings)


def _read(results: Path | None) -> Iterator[Result]:
    if results is not None and results.exists():
        yield from (Result(**json.loads(line)) for line in results.read_text(encoding="utf-8").splitlines())


def _told(result: Result, results: Path | None) -> Result:
    if result.word in ("accused", "SURVIVED", "crash"):
        print(f"{result.word:9} {result.case} {result.number} {result.status} {result.kind}: {result.what}", flush=True)
        print(f"          {' '.join(result.why.split())[:300]}", flush=True)
    if results:
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(vars(result)) + "\n")
    return result


def right_cases(generated: int) -> list[Case]:
    """Migrations that authors wrote, and changes that need no answer, for which the bot writes one."""
    meant = ExpectedData({}, {}, {}, frozenset())
    written = [
        Case(path.parent, path.parent.name, "data", "crowd", (), {}, meant, False, "", (), (), {}, ())
        for path in sorted(RIGHT.glob("*/migration.py"))
    ]
    plain = [c for c in find([CASES], []) if not (c.empty or c.decision or c.answers or c.needs or c.prereq or c.seed)]
    return [*written, *plain[:: max(1, len(plain) // generated)][:generated]] if generated else written


def tried(runner: Runner, case: Case, options: argparse.Namespace, there: list[Result]) -> Iterator[Result]:
    """The right migration, then mutants of it; those that are `there` already count."""
    done = {result.number for result in there}
    source = _source(runner, case) if options.each >= len(done) else None
    if source is None:
        return
    if 0 not in done:
        said = _said(runner, case, source)
        yield Result(case.name, 0, _word(said, "right", "accused"), said.status, why=said.trouble)
    left = options.each - len(done - {0})
    for number, mutant in [pair for pair in _in_order(source, case, options.seed) if pair[0] not in done][:left]:
        said = _said(runner, case, mutant.source)
        word, why = _word(said, "same effect", "noticed"), said.trouble
        if said.status in GREEN:
            why = _other_effect(runner, case, source, mutant.source)
            word = "SURVIVED" if why else word
        yield Result(case.name, number, word, said.status, mutant.kind, mutant.what, why)


def _word(said: BotAnswer, green: str, other: str) -> str:
    return green if said.status in GREEN else "crash" if said.status in ("error", "none") else other


def _other_effect(runner: Runner, case: Case, right: str, mutant: str) -> str:
    """What the mutant does that the right migration does not, on rows by chance; empty when there is nothing."""
    folder = runner.out / case.name / "effects"
    shutil.rmtree(folder, ignore_errors=True)
    with oracle_of(case, runner.databases, runner.child, runner.programs) as oracle:
        wanted = effect_of(oracle, right, folder / "right")
        return unlike(wanted, effect_of(oracle, mutant, folder / "mutant"))


def _in_order(source: str, case: Case, seed: int) -> list[tuple[int, Mutant]]:
    """By chance, but of each kind one before there is a second."""
    models = [(case.path / side / "models.py").read_text(encoding="utf-8") for side in ("old", "new")]
    found = list(enumerate(mutants(source, models), 1))
    Random(f"{seed} {case.name}").shuffle(found)
    seen: Counter[str] = Counter()
    turns: dict[int, int] = {}
    for number, mutant in found:
        turns[number] = seen[mutant.kind]
        seen[mutant.kind] += 1
    return sorted(found, key=lambda pair: turns[pair[0]])


def _source(runner: Runner, case: Case) -> str | None:
    """The author's file, or the one that the bot writes."""
    written = case.path / "migration.py"
    if written.exists():
        return written.read_text(encoding="utf-8")
    kept = runner.out / case.name / "generated.py"
    if not kept.exists():
        folder = runner.out / case.name / "generated"
        shutil.rmtree(folder, ignore_errors=True)
        said = run_bot(runner, case, repository(folder / "repository", case), folder)
        if said.source is None:
            return None
        kept.write_text(said.source, encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def _said(runner: Runner, case: Case, source: str) -> BotAnswer:
    """What the bot says of a file that is the author's."""
    folder = runner.out / case.name / "checked"
    shutil.rmtree(folder, ignore_errors=True)
    checkout = repository(folder / "repository", case)
    (checkout / "migrations" / "versions" / "change.py").write_text(source, encoding="utf-8")
    return run_bot(runner, case, checkout, folder)


if __name__ == "__main__":
    sys.exit(main())
