"""The action in its container beside `check` on this machine, in turn: wall seconds and their ratio, as medians.

The container counts from `docker run` to the comment's request at GitHub; the image is there already. Both get the
same commits and a ready Python environment; a first, uncounted round fills all caches. Needs a Docker engine and
`make image`.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.side_by_side import show
from tests.fakes.engine import address_of_host, engine
from tests.support.action import TO_ADD, WITH_AGE
from tests.support.containers import Containers, staged

IN_IMAGE = "/opt/migration-bot/bin/python"


def main() -> None:
    """Run both `--runs` times and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with ExitStack() as stack:
        client = stack.enter_context(engine())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        testbed = staged(stack, folder, address_of_host(client, "bridge"))
        testbed.open({"models.py": WITH_AGE})
        pairs = [(_container(testbed), _check(testbed)) for _ in range(runs + 1)][1:]
    show("container to comment", "check on this machine", pairs)


def _container(testbed: Containers) -> float:
    """Seconds until the comment is asked for; every round makes a new one."""
    testbed.hub.comments.clear()
    posted: list[float] = []
    testbed.hub.before.append((r"POST .*/issues/1/comments", lambda: posted.append(time.perf_counter())))
    started = time.perf_counter()
    if testbed.pull_request(python=IN_IMAGE) != TO_ADD or not posted:
        sys.exit(f"the action failed:\n{testbed.last.log[-3000:]}")
    return posted[0] - started


def _check(testbed: Containers) -> float:
    words = ["--repo", str(testbed.work), "--base", "main", "--head", "feature", "--python", sys.executable]
    started = time.perf_counter()
    command = [sys.executable, "-m", "bot", "check", *words, "--format", "markdown"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    spent = time.perf_counter() - started
    if done.returncode != 0:
        sys.exit(f"check failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return spent


if __name__ == "__main__":
    main()
