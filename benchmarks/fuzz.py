"""What crosses the border of trust, by chance: `python -m benchmarks.fuzz --cpu-minutes 20`.

In: for how long. Out: the properties that held, or the example for which one does not. Worker answers, reports,
lock files, versions, settings, events and trees of git are read as a pull request may write them; other examples on
every run.
"""

import argparse
import os
import resource
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = ("worker_answers", "reports", "lock_files", "settings", "events", "commands", "logs", "comments", "git_content")
EXAMPLES = 300  # of each property, in a round


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpu-minutes", type=float, default=20.0)
    parser.add_argument("--at-once", type=int, default=1, help="how many files of properties, each in a process")
    options = parser.parse_args()
    names = cycle(FILES)
    failed: list[str] = []
    lock = threading.Lock()

    def work() -> None:
        while not failed and _spent() < options.cpu_minutes * 60:
            with lock:
                name = next(names)
            done = _tried(name)
            with lock:
                print(f"{name}: {done.stdout.strip().splitlines()[-1]}; {_spent() / 60:.1f} CPU minutes", flush=True)
                if done.returncode:
                    failed.append(done.stdout)

    with ThreadPoolExecutor(options.at_once) as pool:
        for each in [pool.submit(work) for _ in range(options.at_once)]:
            each.result()
    print(*failed, f"{_spent() / 60:.1f} CPU minutes: {'not all hold' if failed else 'all hold'}", sep="\n")
    return int(bool(failed))


def _tried(name: str) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/properties/test_{name}.py"]
    env = {**os.environ, "PROPERTY_EXAMPLES": str(EXAMPLES)}
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def _spent() -> float:
    """Seconds of CPU time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
