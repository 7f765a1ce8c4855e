"""Pull requests: the comment, the check run, outputs, and what happens when GitHub refuses."""

import json

import pytest

from tests.fakes.github import BOT, Fault, RefusalError
from tests.support.action import BROKEN, MODELS, TO_ADD, WITH_AGE, WORDS, ActionHarness


def test_the_whole_run(stage: ActionHarness, capfd: pytest.CaptureFixture[str]) -> None:
    stage.open({"models.py": WITH_AGE})
    assert stage.pull_request() == TO_ADD
    (body,) = stage.hub.bodies(1)
    assert body.startswith("<!-- migration-bot:")
    assert "generated and proven" in body
    assert "op.add_column('job', sa.Column('age', sa.Integer(), nullable=True))" in body
    (check,) = stage.hub.checks
    assert (check["conclusion"], check["head_sha"]) == ("action_required", stage.hub.sha("feature"))
    assert stage.outputs["status"] == "proven"
    assert stage.outputs["changed"] == "true"
    assert stage.outputs["migration-path"].startswith("migrations/versions/")
    assert stage.outputs["report"] == "migration-report/report.json"
    assert stage.outputs["sarif"] == "migration-report/report.sarif"
    assert stage.outputs["comment-url"].startswith("https://github.com/acme/shop/pull/1")
    assert "generated and proven" in stage.summary
    assert len(stage.hub.requests) <= 12
    told = capfd.readouterr()
    assert "ghs_secret" not in told.err
    assert told.out.replace("::add-mask::ghs_secret", "").count("ghs_secret") == 0


def test_it_is_green_when_the_author_has_pushed_the_file(after_first: ActionHarness) -> None:
    stage = after_first
    path = stage.outputs["migration-path"]
    workspace = stage.folder / "runner1" / "workspace" / "migration-report" / "migrations"
    stage.write({path: (workspace / path).read_text()}, "the migration")
    stage.push("feature")
    assert stage.pull_request("synchronize") == 0
    assert stage.hub.checks[-1]["conclusion"] == "success"
    assert "✅ Migration proven" in stage.hub.bodies(1)[0]


def test_words_alone_get_no_comment(stage: ActionHarness) -> None:
    stage.open(WORDS)
    assert stage.pull_request() == 0
    assert stage.hub.bodies(1) == []
    assert stage.hub.checks[-1]["conclusion"] == "success"


@pytest.mark.parametrize("app", ["github-actions", "acme-migrations"])
def test_whoever_the_token_belongs_to_there_is_one_comment(stage: ActionHarness, app: str) -> None:
    stage.hub.app = app
    stage.open(WORDS)
    assert stage.pull_request(comment="always") == 0
    stage.hub.withheld.add("checks")  # so that the app's name has to be asked for
    assert stage.pull_request("synchronize", comment="always") == 0
    [comment] = stage.hub.comments
    assert comment["user"]["login"] == f"{app}[bot]"


def test_model_lines_are_annotated(after_first: ActionHarness) -> None:
    notes = after_first.hub.checks[0]["output"]["annotations"]
    assert [(note["path"], note["start_line"], note["title"]) for note in notes] == [("models.py", 8, "job changes")]


def test_a_second_run_updates_the_same_comment_and_leaves_an_equal_one_alone(after_first: ActionHarness) -> None:
    stage = after_first
    stage.write({"models.py": WITH_AGE + "    size = sa.Column(sa.Integer)\n"}, "more")
    stage.push("feature")
    stage.pull_request("synchronize")
    (body,) = stage.hub.bodies(1)
    assert "size" in body
    assert "/acme/migration-bot/blob/v1/docs/how-it-works.md#what-proven-means)" in body


def test_a_change_that_is_gone_is_resolved_in_place(after_first: ActionHarness) -> None:
    stage = after_first
    stage.write({"models.py": MODELS, "README.md": "words"}, "back")
    stage.push("feature")
    stage.pull_request("synchronize", comment="changes")
    (body,) = stage.hub.bodies(1)
    assert "nothing to do" in body or "no schema change" in body


def test_without_a_change_no_comment_is_made_when_only_changes_are_wanted(stage: ActionHarness) -> None:
    stage.open(WORDS)
    assert stage.pull_request(comment="changes") == 0
    assert stage.hub.bodies(1) == []
    assert stage.outputs["status"] == "unchanged"


def test_a_copied_marker_is_not_taken_for_the_bots(stage: ActionHarness) -> None:
    stage.open(WORDS)
    stage.pull_request(comment="always")
    copied = stage.hub.bodies(1)[0]
    stage.hub.comments.clear()
    stage.hub.say(1, copied, "stranger")
    stage.pull_request(comment="always")
    assert len(stage.hub.bodies(1)) == 1
    assert [c["body"] for c in stage.hub.comments if c["user"]["login"] == "stranger"] == [copied]


def test_twins_of_an_earlier_race_are_removed(stage: ActionHarness) -> None:
    stage.open(WORDS)
    stage.pull_request(comment="always")
    body = stage.hub.bodies(1)[0]
    stage.hub.say(1, body, BOT, "Bot")
    stage.pull_request(comment="always")
    assert len(stage.hub.bodies(1)) == 1


def test_the_comment_is_found_on_a_later_page(stage: ActionHarness) -> None:
    stage.open(WORDS)
    stage.pull_request(comment="always")
    mine = stage.hub.comments.pop()
    for number in range(200):
        stage.hub.say(1, f"talk {number}")
    stage.hub.comments.append(mine)
    stage.pull_request(comment="always")
    assert len(stage.hub.bodies(1)) == 1


def test_without_the_right_to_comment_the_summary_has_it(
    stage: ActionHarness, capfd: pytest.CaptureFixture[str]
) -> None:
    stage.open(WORDS)
    stage.hub.token = "read"
    assert stage.pull_request(comment="always") == 0
    assert "nothing to do" in stage.summary
    told = capfd.readouterr().out
    assert "::warning::" in told
    assert "pull-requests: write" in told


def test_an_answer_that_is_lost_makes_no_second_comment(stage: ActionHarness) -> None:
    stage.open(WORDS)
    stage.hub.faults.append(Fault("status", r"POST .*/issues/1/comments", 502, times=1, done=True))
    assert stage.pull_request(comment="always") == 0
    assert len(stage.hub.bodies(1)) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_on_read_is_tried_again(stage: ActionHarness, status: int) -> None:
    stage.open(WORDS)
    stage.hub.troubles.append((r"GET .*/comments", RefusalError(status, "Server Error")))
    assert stage.pull_request(comment="always") == 0
    assert len(stage.hub.bodies(1)) == 1


def test_a_comment_that_was_deleted_meanwhile_is_written_anew(after_first: ActionHarness) -> None:
    stage = after_first
    stage.hub.troubles.append((r"PATCH .*/issues/comments", RefusalError(404, "Not Found")))
    stage.write(BROKEN, "more")
    stage.push("feature")
    assert stage.pull_request("synchronize") == 1
    assert "no verdict" in stage.hub.bodies(1)[-1]


def test_a_rate_limit_is_said_and_not_waited_for_an_hour(
    stage: ActionHarness, capfd: pytest.CaptureFixture[str]
) -> None:
    stage.open(WORDS)
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"}
    stage.hub.troubles.append(
        (r"GET .*/comments", RefusalError(403, "API rate limit exceeded for installation", headers))
    )
    assert stage.pull_request() == 4
    assert "rate limit" in capfd.readouterr().out


def test_a_failing_change_fails_the_job_and_annotates(stage: ActionHarness) -> None:
    stage.open({"models.py": "this is no python\n"})
    assert stage.pull_request() == 1
    assert stage.hub.checks[0]["conclusion"] == "failure"
    assert "no verdict" in stage.hub.bodies(1)[0]


def test_never_failing_is_possible(stage: ActionHarness) -> None:
    stage.open({"models.py": "this is no python\n"})
    assert stage.pull_request(fail_on="never") == 0
    assert stage.hub.checks[0]["conclusion"] == "neutral"


def test_settings_come_from_base_and_not_from_the_pull_request(stage: ActionHarness) -> None:
    stage.open({"models.py": "this is no python\n", "pyproject.toml": '[tool.migration-bot]\nfail-on = "never"\n'})
    assert stage.pull_request() == 1


@pytest.mark.parametrize("action", ["closed"])
def test_what_is_not_for_us_ends_quietly(stage: ActionHarness, action: str, capfd: pytest.CaptureFixture[str]) -> None:
    stage.open({"models.py": WITH_AGE})
    assert stage.pull_request(action) == 0
    assert stage.hub.requests == []
    assert "::notice::" in capfd.readouterr().out


def test_a_deleted_fork_is_still_checked(stage: ActionHarness) -> None:
    stage.open(BROKEN)
    stage.hub.pulls[1].head_repository = None
    assert stage.pull_request() == 1
    assert "no verdict" in stage.hub.bodies(1)[0]


def test_the_report_is_there_for_the_artifact(after_first: ActionHarness) -> None:
    folder = after_first.folder / f"runner{after_first.runs}" / "workspace" / "migration-report"
    assert json.loads((folder / "report.json").read_text())["status"] == "proven"
    assert list((folder / "migrations").rglob("*.py"))


def test_a_wrong_input_is_named(stage: ActionHarness, capfd: pytest.CaptureFixture[str]) -> None:
    stage.open({"models.py": WITH_AGE})
    assert stage.pull_request(fail_on="sometimes") == 2
    assert "fail-on must be one of error, warning, never" in capfd.readouterr().out


def test_names_in_the_report_are_no_workflow_commands(stage: ActionHarness, capfd: pytest.CaptureFixture[str]) -> None:
    stage.open({"models.py": MODELS + '    __doc__ = 1\nraise SystemError("\\n::error::injected\\n##[error]also")\n'})
    stage.pull_request()
    out = capfd.readouterr().out
    token = out.split("::stop-commands::", 1)[1].splitlines()[0]
    outside = out.split(f"::stop-commands::{token}", 1)[0] + out.split(f"::{token}::", 1)[1]
    assert "\n::error::injected" not in outside
    assert "##[error]" not in outside
