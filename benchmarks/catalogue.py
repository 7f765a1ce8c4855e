"""The bot on a catalogue of model changes, judged independently and beside plain Alembic.

In: folders of cases (see `tests/oracle/cases.py`) and a Python that has Alembic, SQLAlchemy and psycopg2.
Out: a line for each case, totals, and with `--report` a page. Exits with 1 on a false green or a broken case.
"""

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.oracle.cases import find
from tests.oracle.runner import CaseResult, opened, try_case
from tests.oracle.summary import markdown, totals

OWN = Path(__file__).parents[1] / "tests" / "cases"


def main() -> int:
    """Run the cases that the arguments name."""
    options = _arguments()
    cases = find(options.folder or [OWN], options.only)
    with ExitStack() as stack:
        out = options.out or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="catalogue-")))
        out.mkdir(parents=True, exist_ok=True)
        runner = stack.enter_context(opened(out.resolve(), options.python, compare=not options.alone))
        results = []
        with ThreadPoolExecutor(options.jobs) as pool:
            for result in pool.map(lambda case: try_case(runner, case), cases):
                results.append(result)
                print(line(result), flush=True)
    print(totals(results))
    if options.report:
        command = "python -m benchmarks.catalogue --python ENVIRONMENT --report docs/catalogue.md"
        options.report.write_text("\n".join(markdown(results, command)).rstrip() + "\n", encoding="utf-8")
    return int(any(v.word in ("false green", "broken") for v in results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("only", nargs="*", help="beginnings of the names of cases")
    parser.add_argument("--folder", type=Path, action="append", help="a folder of cases (default: tests/cases)")
    parser.add_argument("--python", type=Path, default=Path(sys.prefix), help="environment that runs the projects")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="do not ask plain Alembic as well")
    parser.add_argument("--out", type=Path, help="folder that keeps repositories, reports and files")
    parser.add_argument("--report", type=Path, help="Markdown page to write")
    return parser.parse_args()


def line(result: CaseResult) -> str:
    """A result on one line of a terminal."""
    plain = {None: "", True: "plain ok ", False: "plain no "}[result.plain]
    why = " ".join(result.why.split())[:600]
    return f"{result.word:12}{result.status:10}{result.seconds:6.1f} s {plain} {result.case} {why}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
