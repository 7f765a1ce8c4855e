"""What the runner's variables say."""

from pathlib import Path

import pytest

from bot.action.runner import Runner

PAGE = "https://github.com/acme/bot/blob/v1/docs/how-it-works.md"


@pytest.mark.parametrize(
    ("variables", "page"),
    [
        ({"GITHUB_ACTION_REPOSITORY": "acme/bot", "GITHUB_ACTION_REF": "v1"}, PAGE),
        ({"GITHUB_ACTION_REPOSITORY": "", "GITHUB_ACTION_REF": ""}, ""),
        ({}, ""),
    ],
)
def test_the_manual_is_of_the_version_that_runs(tmp_path: Path, variables: dict[str, str], page: str) -> None:
    event = tmp_path / "event.json"
    event.write_text("{}")
    needed = {
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_WORKSPACE": str(tmp_path),
    }
    runner = Runner.read({**needed, **variables})
    assert runner.manual == page
    assert not page or "## What proven means" in Path(__file__).parents[3].joinpath("docs/how-it-works.md").read_text()
