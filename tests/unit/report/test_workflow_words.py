"""Advice of the command line, as it reads in a comment on GitHub."""

import pytest
import yaml  # type: ignore[import-untyped]

from bot.model import Failure, Finding
from bot.report.comment import Reader, comment
from bot.report.workflow_words import sentence, snippet
from tests.support import reports as samples

FILLED = "Give better values: --env 'KEY=it'\"'\"'s' --env 'URL=postgresql://u@h/d' and try again."


@pytest.mark.parametrize(
    ("advice", "said"),
    [
        ("If not, add it or use --install.", "If not, add it or use the input `install`."),
        ("Start Docker, or use `--database embedded`.", "Start Docker, or use `database: embedded`."),
        (
            "Take a server that has it: --database docker:postgis/postgis:17-3.5.",
            "Take a server that has it: `database: docker:postgis/postgis:17-3.5`.",
        ),
        ("Take one: --database docker:IMAGE, or a URL.", "Take one: `database: docker:IMAGE`, or a URL."),
        (FILLED, "Give better values: `env` (below) and try again."),
        ("--prepare 'make models' makes it", "`prepare` (below) makes it"),
        ("Let `--write` put it there, or give --repo.", "Let `--write` put it there, or give --repo."),
        ("git fetch --unshallow, a--env, `git log --all`", "git fetch --unshallow, a--env, `git log --all`"),
        ("/migration commit", "/migration commit"),
    ],
)
def test_options_are_inputs(advice: str, said: str) -> None:
    assert sentence(advice) == said


def test_values_are_yaml_that_can_be_pasted() -> None:
    step = yaml.safe_load(snippet(FILLED + " --prepare 'make models'"))
    assert step == {"with": {"env": "KEY=it's\nURL=postgresql://u@h/d\n", "prepare": "make models"}}
    assert snippet("use --install, or --database docker:IMAGE") == ""


def test_the_comment_of_a_workflow_has_them_and_a_local_one_has_options() -> None:
    failure = Failure(kind="project", message="no KEY", advice=FILLED)
    finding = Finding(code="x", severity="warning", title="t", detail="", advice="Name it with --config.")
    report = samples.report(samples.project("error", error=failure, findings=[finding]))
    text = comment(report, reader=Reader(workflow=True))
    assert "Give better values: `env` (below) and try again.\n\n```yaml\nwith:\n  env: |\n    KEY=it's\n" in text
    assert "Name it with the input `config`." in text
    local = comment(report)
    assert "--env 'KEY=" in local
    assert "Name it with --config." in local
