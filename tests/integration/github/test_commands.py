"""Slash commands: who may give them, what they do, and what they refuse."""

import re
from collections.abc import Callable

import pytest

from bot.action import commands
from bot.errors import GitHubError
from bot.github import conversation
from tests.fakes.github import Fault, RefusalError
from tests.support.action import AGE_ADDED, MODELS, SIZE_ADDED, WITH_AGE, WORDS, ActionHarness, adding
from tests.support.publishing import forge
from tests.support.troubleshooting import appears

RENAMED = MODELS.replace("name = sa", "title = sa")
REQUIRED = MODELS + "    kind = sa.Column(sa.String(5), nullable=False)\n"


def answers(stage: ActionHarness) -> list[str]:
    """What the bot said besides its report."""
    return [body for body in stage.hub.bodies(1) if not body.startswith("<!--")]


def reactions(stage: ActionHarness) -> list[str]:
    return [reaction for _, reaction in stage.hub.reactions]


def test_a_check_that_is_asked_for(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    assert stage.comment("/migration message The age of a job") == 0
    assert reactions(stage) == ["eyes", "rocket"]
    assert "generated and proven" in stage.hub.bodies(1)[0]
    assert stage.hub.checks[0]["head_sha"] == stage.hub.sha("feature")
    assert stage.outputs["migration-path"].endswith("_the_age_of_a_job.py")


def test_a_decision_is_used_and_found_again_by_later_runs(stage: ActionHarness) -> None:
    stage.open({"models.py": REQUIRED})
    stage.comment("/migration fill job.kind 'plain'")
    assert stage.outputs["status"] == "proven"
    stage.pull_request("synchronize")
    assert stage.outputs["status"] == "proven"
    assert "SET kind = 'plain'" in stage.hub.bodies(1)[0]
    stage.comment("/migration undo")
    assert stage.outputs["status"] == "warning"


def test_help_lists_the_commands(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    stage.comment("/migration help")
    (answer,) = answers(stage)
    assert "`/migration fill TABLE.COLUMN SQL`" in answer
    assert reactions(stage) == ["eyes", "rocket"]


def test_only_people_who_may_push_can_command(stage: ActionHarness) -> None:
    stage.open({"models.py": REQUIRED})
    for login in ("stranger", "nobody"):
        assert stage.comment("/migration fill job.kind 'x'", login) == 0
    assert reactions(stage) == ["confused", "confused"]
    for answer in answers(stage):
        appears("only people who may push to this repository can give commands", answer)
    host = forge(stage.hub)
    assert conversation.given(host, host.comments(1)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/migration frobnicate", "there is no command"),
        ("/migration fill job.kind", "the SQL is missing"),
        ("/migration check now", "takes no argument"),
        ("/migration fill nothing.here 1", "^.*: /migration fill nothing.here 1: nothing is called nothing.here"),
        (
            "/migration fill job.kind nonsense()",
            r"did not do that: /migration fill job\.kind nonsense\(\) cannot be run: .*"
            r"Until `/migration undo` takes it back or its comment is deleted, every check says so\.$",
        ),
        ("/migration commit", "there is no migration to commit"),
    ],
)
def test_what_cannot_be_done_is_refused_with_one_line(stage: ActionHarness, text: str, said: str) -> None:
    stage.open(WORDS if "commit" in text else {"models.py": REQUIRED})
    stage.comment(text)
    assert "confused" in reactions(stage)
    (answer,) = answers(stage)
    assert re.search(said, answer.replace("\\", ""))
    assert len(answer.splitlines()) == 1


@pytest.mark.parametrize("text", ["just talk", "see /migration", "/migrationx", "\n/migration"])
def test_other_comments_are_left_alone(stage: ActionHarness, text: str) -> None:
    stage.open({"models.py": WITH_AGE})
    assert stage.comment(text) == 0
    assert stage.hub.requests == []


def test_the_commit_says_what_it_does_and_who_asked_for_it(stage: ActionHarness) -> None:
    stage.open({"models.py": RENAMED})
    stage.hub.say(1, "/migration rename job.name title")
    assert stage.comment("/migration commit") == 0
    said = stage.hub.run("log", "-1", "--format=%B", "feature").splitlines()
    assert said[0] == "Add migration: rename job.name to title"
    [body] = stage.hub.bodies(1)
    assert "`job.name` becomes `title`" in body
    assert "go for good" not in body
    assert said[-1].startswith("Co-authored-by: octocat <")
    assert said[-1].endswith("+octocat@users.noreply.github.com>")


def test_commit_waits_for_an_open_question_and_names_it(stage: ActionHarness) -> None:
    stage.open({"models.py": REQUIRED})
    assert stage.comment("/migration commit") == 2
    (answer,) = answers(stage)
    assert "a question is open: What do existing rows get in" in answer
    assert "/migration fill job.kind" in answer
    assert len([check for check in stage.hub.checks if check["status"] == "completed"]) == 1


def test_a_commit_that_is_asked_for_twice_is_made_once(stage: ActionHarness) -> None:
    """The second command is whole when the first is about to move the branch."""
    stage.timeout = 120  # the first waits for the second meanwhile
    stage.open({"models.py": WITH_AGE})
    before = stage.hub.sha("feature")
    codes = []
    stage.hub.before.append(("PATCH .*/git/refs", lambda: codes.append(stage.comment("/migration commit"))))
    codes.append(stage.comment("/migration commit"))
    codes.append(stage.comment("/migration commit"))
    assert codes == [0, 0, 0]
    assert stage.hub.sha("feature^") == before
    assert answers(stage) == []
    assert "confused" not in reactions(stage)
    assert [check["status"] for check in stage.hub.checks] == ["completed"] * len(stage.hub.checks)


def test_commit_never_overwrites_a_push_that_came_meanwhile(stage: ActionHarness) -> None:
    stage.open(WORDS)

    def push_meanwhile() -> None:
        stage.write({"other.txt": "pushed"}, "meanwhile")
        stage.push("feature")

    stage.hub.before.append((r"POST .*/git/trees", push_meanwhile))
    with pytest.raises(GitHubError) as caught:
        forge(stage.hub).commit("feature", stage.hub.sha("feature"), {"b2.py": "x"}, "one")
    assert caught.value.kind == "conflict"
    appears("has moved on since", commands.refusal(caught.value))
    assert stage.hub.run("show", "feature:other.txt") == "pushed"
    assert "b2.py" not in stage.hub.run("diff", "--name-only", "main", "feature")


def test_a_push_during_the_check_is_noticed_before_anything_is_committed(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})

    def push_meanwhile() -> None:
        stage.write({"other.txt": "pushed"}, "meanwhile")
        stage.push("feature")

    stage.hub.before.append((r"GET .*/issues/1/comments", push_meanwhile))
    stage.comment("/migration commit")
    appears("the pull request has a newer commit by now", answers(stage)[0])
    assert "migrations/versions" not in stage.hub.run("diff", "--name-only", "main", "feature")


RULE = "Repository rule violations found\n\nChanges must be made through a pull request.\n\n"


@pytest.mark.parametrize("rule", [RULE, 'Required status check "tests" is expected.'])
def test_a_rule_of_the_branch_is_one_of_permission(stage: ActionHarness, rule: str) -> None:
    stage.open(WORDS)
    stage.hub.rules["feature"] = rule
    with pytest.raises(GitHubError, match=re.escape(rule.partition("\n")[0])) as caught:
        forge(stage.hub).commit("feature", stage.hub.sha("feature"), {"b2.py": "x"}, "one")
    assert caught.value.kind == "permission"
    assert "moved on" not in commands.refusal(caught.value)


def test_the_bots_commit_is_one_that_github_signs(stage: ActionHarness) -> None:
    stage.open(WORDS)
    stage.hub.signed_only.add("feature")
    before = stage.hub.sha("feature")
    made = forge(stage.hub).commit("feature", before, {"b2.py": "x"}, "one\n\nCo-authored-by: A <a@example.org>")
    assert stage.hub.sha("feature") == made
    stage.hub.before.append(("PATCH .*/git/refs", stage.hub.verified.clear))  # as of a person's token
    with pytest.raises(GitHubError, match="verified signatures") as caught:
        forge(stage.hub).commit("feature", made, {"c3.py": "x"}, "two")
    assert caught.value.kind == "permission"


def test_commit_to_a_fork_is_refused(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    stage.hub.pulls[1].head_repository = "octocat/shop"
    stage.comment("/migration commit")
    appears("the bot cannot commit to a fork", answers(stage)[0])


def test_commit_can_be_forbidden(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    stage.comment("/migration commit", commit="never")
    assert "does not allow" in answers(stage)[0]


def test_commit_always_commits_what_is_proven(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    before = stage.hub.sha("feature")
    stage.pull_request(commit="always")
    assert stage.hub.sha("feature^") == before


# Merges with the rename: another line stands between the two.
SIZE_FIRST = MODELS.replace("    id = ", "    size = sa.Column(sa.Integer)\n    id = ")
RENAMING = adding("b2", "x")[: adding("b2", "x").index("def upgrade")] + (
    "def upgrade():\n    op.alter_column('job', 'name', new_column_name='title')\n\n"
    "def downgrade():\n    op.alter_column('job', 'title', new_column_name='name')\n"
)


def test_rebase_follows_base_to_where_it_is_now_and_remembers_the_rename(stage: ActionHarness) -> None:
    """GitHub's `base.sha` is that of the pull request's last push."""
    stage.open({"models.py": RENAMED, "migrations/versions/b2_title.py": RENAMING})
    stage.hub.say(1, "/migration rename job.name title")
    stage.base_moves({"models.py": SIZE_FIRST, "migrations/versions/c3_size.py": adding("c3", "size")})
    assert stage.pull_request() == 1
    assert "/migration rebase" in stage.hub.bodies(1)[0]
    assert stage.comment("/migration rebase") == 0
    assert 'down_revision = "c3"' in stage.hub.run("show", "feature:migrations/versions/b2_title.py")
    assert stage.outputs["status"] == "proven"


def test_a_branch_that_conflicts_is_not_rebased(stage: ActionHarness) -> None:
    stage.open(AGE_ADDED)
    stage.base_moves({**SIZE_ADDED, "models.py": MODELS + "    size = sa.Column(sa.Integer)\n"})
    assert stage.comment("/migration rebase") == 2
    assert "the branch conflicts with main" in stage.hub.bodies(1)[-1]


def test_github_refusing_in_the_middle_is_no_traceback(stage: ActionHarness, capfd: pytest.CaptureFixture[str]) -> None:
    stage.open({"models.py": WITH_AGE})
    stage.hub.troubles.append((r"GET .*/pulls/1", RefusalError(403, "Resource not accessible by integration")))
    assert stage.comment("/migration check") == 4
    assert "Traceback" not in capfd.readouterr().err


def test_of_two_commands_in_a_comment_the_second_is_said_not_to_be_one(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    assert stage.comment("/migration help\n/migration commit `x`") == 0
    help_text, answer = answers(stage)
    assert "`/migration rebase`" in help_text
    assert answer.startswith("Only the first line of a comment is a command: `` /migration commit `x` `` needs")


def test_a_branch_that_gets_another_name_meanwhile_is_said_to_be_gone(stage: ActionHarness) -> None:
    stage.open(WORDS)
    head = stage.hub.sha("feature")

    def rename() -> None:
        stage.git("push", "--quiet", "origin", "feature:renamed", ":feature")

    stage.hub.before.append(("PATCH .*/git/refs/heads/feature", rename))
    with pytest.raises(GitHubError, match="is gone: nothing was committed"):
        forge(stage.hub).commit("feature", head, {"b2.py": "x"}, "one")
    assert stage.hub.sha("renamed") == head


@pytest.mark.parametrize("text", ["/migration", "/migration commit"])
def test_a_command_on_a_closed_pull_request_is_refused_and_not_passed_over(stage: ActionHarness, text: str) -> None:
    stage.open({"models.py": WITH_AGE})
    stage.hub.pulls[1].state = "closed"
    assert stage.comment(text) == 0
    assert (reactions(stage), stage.hub.checks) == (["confused"], [])
    assert "the pull request is closed" in answers(stage)[0]


def test_a_pull_request_that_is_closed_as_the_command_is_taken_up(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    stage.hub.before.append(("POST .*/reactions", lambda: setattr(stage.hub.pulls[1], "state", "closed")))
    assert stage.comment("/migration commit") == 2
    assert "the pull request is closed" in answers(stage)[-1]
    assert stage.hub.checks == []


LAST_LOOK = "GET .*/issues/1/comments"


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda stage: stage.hub.say(1, "/migration undo"), "a decision was given or taken back meanwhile"),
        (lambda stage: stage.hub.comments.pop(), "the comment with the command was deleted or changed"),
    ],
)
def test_what_is_decided_or_withdrawn_while_the_commit_is_proven_keeps_it_back(
    stage: ActionHarness, act: Callable[[ActionHarness], object], said: str
) -> None:
    """The comments are read when the check begins, and again before the branch is moved."""
    stage.open({"models.py": REQUIRED})
    stage.hub.say(1, "/migration fill job.kind 'a'")
    before = stage.hub.sha("feature")
    stage.hub.before += [(LAST_LOOK, lambda: None), (LAST_LOOK, lambda: act(stage))]
    assert stage.comment("/migration commit") == 2
    assert stage.hub.sha("feature") == before
    assert said in answers(stage)[-1]
    assert all(check["status"] == "completed" for check in stage.hub.checks)


def test_a_decision_and_a_commit_at_once_are_both_in_what_is_committed(stage: ActionHarness) -> None:
    """The commit is whole when the decision's own check is about to show its result."""
    stage.timeout = 120
    stage.open({"models.py": REQUIRED})
    before = stage.hub.sha("feature")
    codes = []
    stage.hub.before.append(("PATCH .*/check-runs/1", lambda: codes.append(stage.comment("/migration commit"))))
    codes.append(stage.comment("/migration fill job.kind 'a'"))
    assert codes == [0, 0]
    assert stage.hub.sha("feature^") == before
    assert "SET kind = 'a'" in stage.hub.run("diff", before, "feature")
    assert "✅ Migration proven" in stage.hub.bodies(1)[0]
    assert answers(stage) == []


def test_a_command_that_is_deleted_as_it_is_taken_up_commits_nothing(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    before = stage.hub.sha("feature")
    stage.hub.before.append(("POST .*/reactions", stage.hub.comments.clear))
    assert stage.comment("/migration commit") == 2
    assert stage.hub.sha("feature") == before
    assert "the comment with the command was deleted" in answers(stage)[-1]
    assert all(check["status"] == "completed" for check in stage.hub.checks)


def test_a_repository_that_was_renamed_is_no_fork_of_itself(stage: ActionHarness) -> None:
    stage.open(WORDS)
    stage.hub.renamed = "acme/store"
    stage.hub.faults.append(Fault("moved", "/repos/", 307))
    assert stage.comment("/migration commit") == 2
    assert "there is no migration to commit" in answers(stage)[0]  # which is said later than of a fork


@pytest.mark.parametrize("branch", ['say-"hi"', "fix/🚀#1", "v1.0", "100%25", "a+b&c=d", "refs/heads/x"])
def test_a_branch_may_be_called_anything(stage: ActionHarness, branch: str) -> None:
    """As a tag of the same name, too."""
    stage.git("push", "--quiet", "origin", "main:refs/tags/v1.0")
    stage.open({"models.py": WITH_AGE})
    before = stage.hub.sha("feature")
    stage.git("push", "--quiet", "origin", f"feature:refs/heads/{branch}")
    forge(stage.hub).commit(branch, before, {"b2.py": "x"}, "one")
    assert stage.hub.sha(f"refs/heads/{branch}^") == before


def test_github_failing_before_the_command_is_taken_up_is_no_silence(stage: ActionHarness) -> None:
    stage.open(WORDS)
    stage.hub.faults.append(Fault("status", "GET .*/collaborators/", 403, "Resource not accessible by integration"))
    assert stage.comment("/migration") == 4
    assert reactions(stage) == ["confused"]
    assert "GitHub refused (403)" in answers(stage)[0]
