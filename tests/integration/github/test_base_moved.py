"""What open pull requests are told when base gets a migration; nothing of theirs is run for it."""

from typing import Any

import pytest

from bot.github.sticky import marker
from tests.fakes import webhooks
from tests.fakes.github import Pull, RefusalError
from tests.support.action import AGE_ADDED, MODELS, SIZE_ADDED, WITH_AGE, ActionHarness, adding
from tests.support.publishing import forge

BODY = f"{marker('Migrations', [])}\n<!-- verdict {'1' * 40} 1.1.1 -->\n### ✅ Migration proven\n"


def pushed(stage: ActionHarness, before: str, ref: str = "refs/heads/main", **given: Any) -> int:
    """The action runs for a push to main, which has come from `before` to where it is."""
    shas = {"before": before, "after": stage.hub.sha("main"), **given}
    event = webhooks.payload("push", ref=ref, repository=stage.repository("push", ""), **shas)
    return stage.run("push", event)


def test_a_migration_that_would_be_a_second_head_is_told(stage: ActionHarness) -> None:
    stage.open(AGE_ADDED)
    stage.hub.say(1, BODY, stage.hub.bot, "Bot")
    before = stage.hub.sha("main")
    stage.base_moves(SIZE_ADDED)
    assert pushed(stage, before) == 0
    [check] = stage.hub.checks
    assert (check["name"], check["head_sha"]) == ("Migration (Migrations)", stage.hub.sha("feature"))
    assert (check["conclusion"], check["output"]["title"]) == (
        "action_required",
        "main has a newer revision: /migration rebase",
    )
    [body] = stage.hub.bodies(1)
    assert "`main` now has revision `c3`, which follows `a1` as `b2` does" in body
    assert "Both change `job`." in body
    assert body.endswith("### ✅ Migration proven\n")
    assert [line.split("?")[0] for line in stage.hub.requests] == [
        "GET /repos/acme/shop/pulls",
        "POST /repos/acme/shop/check-runs",
        "GET /repos/acme/shop/issues/1/comments",
        "PATCH /repos/acme/shop/issues/comments/1000",
    ]
    pushed(stage, before)
    assert stage.hub.bodies(1) == [body]  # one line of it, however often


def test_a_push_without_a_migration_asks_github_nothing(stage: ActionHarness) -> None:
    stage.open(AGE_ADDED)
    before = stage.hub.sha("main")
    stage.base_moves({"models.py": MODELS + "\n# words\n", "tools.py": "revision = 1\n"})
    assert pushed(stage, before) == 0
    assert stage.hub.requests == []


def test_whom_it_does_not_concern_is_not_told(stage: ActionHarness) -> None:
    before = stage.hub.sha("main")
    stage.base_moves(SIZE_ADDED)
    cases = {
        "no-migration": ("main", {"models.py": WITH_AGE}),
        "follows-the-newer": ("main", {"migrations/versions/b2_age.py": adding("b2", "age", after="c3")}),
        "another-folder": ("main", {"other/versions/b2_age.py": adding("b2", "age")}),
        "another-base": ("release", AGE_ADDED),
        "closed": ("main", AGE_ADDED),
    }
    stage.push("main:release")
    for number, (branch, (base, files)) in enumerate(cases.items(), 1):
        stage.open(files, number, branch)
        stage.hub.pulls[number] = Pull(number, base, branch, state="closed" if branch == "closed" else "open")
        stage.hub.follow(number)
    assert pushed(stage, before) == 0
    assert stage.hub.checks == []


@pytest.mark.parametrize("gone", ["before", "after"])
def test_a_branch_that_is_new_gone_or_written_over_is_no_trouble(stage: ActionHarness, gone: str) -> None:
    stage.open(AGE_ADDED)
    before = stage.hub.sha("main")
    stage.base_moves(SIZE_ADDED)
    assert pushed(stage, **{"before": before, gone: "0" * 40}) == 0
    assert pushed(stage, before, ref="refs/tags/v1") == 0
    assert pushed(stage, **{"before": before, gone: "1" * 40}) == 0  # GitHub gives it to nobody any more
    assert stage.hub.requests == []


def test_who_cannot_be_told_is_named(stage: ActionHarness, capfd: pytest.CaptureFixture[str]) -> None:
    stage.open(AGE_ADDED)
    before = stage.hub.sha("main")
    stage.base_moves(SIZE_ADDED)
    stage.hub.token = "read"
    assert pushed(stage, before) == 0
    assert "::warning::pull request 1 could not be notified: GitHub refused (403)" in capfd.readouterr().out


def test_the_next_run_takes_the_line_away(stage: ActionHarness) -> None:
    stage.open({"README.md": "words\n"})
    stage.hub.say(1, BODY.replace("### ", "<!-- note --> ⤴️ newer\n\n### "), stage.hub.bot, "Bot")
    stage.pull_request("synchronize")
    assert "newer" not in stage.hub.bodies(1)[0]


def test_two_pages_are_the_most(stage: ActionHarness) -> None:
    stage.open(AGE_ADDED)
    head = stage.hub.sha("feature")
    numbers = range(1, 251)
    stage.hub.run("update-ref", "--stdin", text="".join(f"update refs/pull/{n}/head {head}\n" for n in numbers))
    stage.hub.pulls.update({number: Pull(number, "main", "feature") for number in numbers})
    found = forge(stage.hub, timeout=300).pull_requests_onto("main")  # git is asked about each of them
    assert [pull.number for pull in found] == list(range(1, 201))
    assert len(stage.hub.requests) == 2


def test_a_refusal_to_list_is_one_error(stage: ActionHarness, capfd: pytest.CaptureFixture[str]) -> None:
    before = stage.hub.sha("main")
    stage.base_moves(SIZE_ADDED)
    stage.hub.troubles.append((r"GET .*/pulls", RefusalError(403, "Resource not accessible by integration")))
    assert pushed(stage, before) == 4
    assert "::error title=Migration bot::GitHub refused (403)" in capfd.readouterr().out
