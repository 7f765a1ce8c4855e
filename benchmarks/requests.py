"""How many requests a run sends to GitHub, and how large the action's image is.

The requests are counted at the fake GitHub, in this process: a first run on a pull request, a later one that finds the
comment there, a run for words alone, a push to base that tells one pull request. The image is asked of the Docker
engine, where there is one. Exits with 1 where a limit is passed.
"""

import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import docker
from docker.errors import DockerException

from tests.fakes import webhooks
from tests.fakes.engine import IMAGE
from tests.support.action import AGE_ADDED, SIZE_ADDED, WITH_AGE, ActionHarness, staged

FIRST, LATER, IMAGE_MB = 9, 8, 400


def main() -> None:
    """Print a line for each figure."""
    passed = []
    with tempfile.TemporaryDirectory() as folder, staged(Path(folder), Path(folder) / "cache") as stage:
        Path(folder).chmod(0o755)  # the project's code runs as another account
        stage.open({"models.py": WITH_AGE})
        passed.append(_said("a first run", _count(stage, "opened"), FIRST))
        stage.write({"README.md": "words\n"}, "words")
        stage.push("feature")
        passed.append(_said("a later run", _count(stage, "synchronize"), LATER))
        stage.open({"README.md": "words\n"}, 2, "words")
        passed.append(_said("words alone", _count(stage, "opened", 2), FIRST))
        stage.open(AGE_ADDED, 3, "another")
        before = stage.hub.sha("main")
        stage.base_moves(SIZE_ADDED)
        shas = {"before": before, "after": stage.hub.sha("main")}
        event = webhooks.payload("push", ref="refs/heads/main", repository=stage.repository("push", ""), **shas)
        with redirect_stdout(StringIO()):
            stage.run("push", event, python=sys.executable)
        passed.append(_said("a push that tells one of three pull requests", len(stage.hub.requests), LATER))
    passed.append(_image())
    sys.exit(0 if all(passed) else 1)


def _count(stage: ActionHarness, action: str, number: int = 1) -> int:
    with redirect_stdout(StringIO()):
        stage.pull_request(action, number, python=sys.executable)
    if stage.outputs.get("status") not in ("proven", "unchanged"):
        sys.exit(f"the run has no verdict to show: {stage.summary[:2000]}")
    return len(stage.hub.requests)


def _said(what: str, count: int, limit: int) -> bool:
    print(f"{what}: {count} requests (at most {limit})")
    return count <= limit


def _image() -> bool:
    try:
        size = int(docker.from_env().images.get(IMAGE).attrs["Size"]) / 1e6
    except DockerException as error:
        print(f"no image: {error}")
        return True
    print(f"{IMAGE}: {size:.0f} MB (at most {IMAGE_MB})")
    return size <= IMAGE_MB


if __name__ == "__main__":
    main()
