"""`check` beside the same procedure done by hand, in turn: wall seconds and their ratio, as medians.

Both get the same small repository and a ready Python environment; a first, uncounted round fills all caches.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.side_by_side import show
from bot import demo

_HERE = Path(__file__).parent


def main() -> None:
    """Run both `--runs` times and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder) / "repository"
        demo.make_repository(repository)
        pairs = [(_check(repository), _by_hand(repository)) for _ in range(runs + 1)][1:]
    show("migration-bot check", "by hand", pairs)


def _timed(command: list[str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    spent = time.perf_counter() - started
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return spent


def _check(repository: Path) -> float:
    words = ["--repo", str(repository), "--python", sys.executable, "--format", "json"]
    return _timed([sys.executable, "-m", "bot", "check", *words])


def _by_hand(repository: Path) -> float:
    with tempfile.TemporaryDirectory() as work:
        Path(work).chmod(0o755)
        return _timed([str(_HERE / "by_hand.sh"), str(repository), sys.executable, f"{work}/run"])


if __name__ == "__main__":
    main()
