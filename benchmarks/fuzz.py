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
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = ("worker_answers", "reports", "lock_files", "settings", "events", "commands", "logs", "comments", "git_content")
EXAMPLES = 300  # of each property, in a round


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpu-minutes", type=float, default=20.0)
    options = parser.parse_args()
    rounds = 0
    while _spent() < options.cpu_minutes * 60:
        for name in FILES:
            if _spent() >= options.cpu_minutes * 60:
                break
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                f"tests/properties/test_{name}.py",
            ]
            done = subprocess.run(
                command,
                cwd=ROOT,
                env={**os.environ, "PROPERTY_EXAMPLES": str(EXAMPLES)},
                capture_output=True,
                text=True,
                check=False,
            )
            print(f"{name}: {done.stdout.strip().splitlines()[-1]}; {_spent() / 60:.1f} CPU minutes", flush=True)
            if done.returncode:
                print(done.stdout)
                return 1
        rounds += 1
    print(f"{rounds} rounds of {EXAMPLES} examples of each property, {_spent() / 60:.1f} CPU minutes: all hold")
    return 0


def _spent() -> float:
    """Seconds of CPU time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
