"""What keeps a commit back that was asked for: the command, or the pull request, is not what it was."""

from dataclasses import replace
from typing import Any

import pytest

from bot.action.commands import refuse_outdated, refuse_withdrawn
from bot.action.commit_message import titles
from bot.errors import UsageError
from bot.github.forge import Posted
from bot.model import Migration
from bot.request import commands
from bot.request.event import Comment, PullRequest
from tests.fakes.workflows import SKIPS

CHECKED = PullRequest(1, "aaa", "main", "bbb", "feature", "acme/shop", "acme/shop")
TEXT = "/migration commit"
COMMAND = commands.read(TEXT)


def posted(text: str, identifier: int = 7) -> list[Posted]:
    return [Posted(6, "ann", False, "/migration help", ""), Posted(identifier, "ann", False, text, "")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"is_open": False}, "the pull request is closed"),
        ({"head": "ccc"}, "a newer commit by now"),
        ({"base_branch": "release"}, "another base by now"),
    ],
)
def test_a_pull_request_that_is_not_what_was_checked(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        refuse_outdated(CHECKED, replace(CHECKED, **changed))


def test_a_base_that_has_moved_meanwhile_is_no_other_base() -> None:
    refuse_outdated(CHECKED, replace(CHECKED, base="ddd"))


@pytest.mark.parametrize(
    "now", [[], posted("/migration help"), posted("/migration nonsense"), posted("no"), posted(TEXT, 8)]
)
def test_a_command_that_was_deleted_or_changed(now: list[Posted]) -> None:
    assert COMMAND is not None
    with pytest.raises(UsageError, match="deleted or changed meanwhile"):
        refuse_withdrawn(now, Comment(1, 7, TEXT, "ann"), COMMAND)


def test_a_comment_that_still_says_so() -> None:
    assert COMMAND is not None
    refuse_withdrawn(posted(f"{TEXT}\n\nplease"), Comment(1, 7, TEXT, "ann"), COMMAND)


@pytest.mark.parametrize("words", [*SKIPS, "[Skip CI]", "[skip netlify]"])
def test_no_commit_of_the_bots_keeps_workflows_from_running(words: str) -> None:
    """`/migration message`, a table's name or a template can say so; the check of the commit would never come."""
    source = f'"""Add age to text[] {words}.\n\nRevision ID: b2\n"""\n'
    found = titles([Migration(path="b2.py", revision="b2", down_revision=None, origin="generated", source=source)])
    assert found == f"Add age to text[] ({words[1:-1]})"
