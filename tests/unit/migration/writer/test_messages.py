"""A message from what changes."""

import pytest

from bot.decisions import decision
from bot.migration.writer.messages import message
from bot.model import Action, Difference


def difference(kind: str, parent: str, name: str, action: Action = "added") -> Difference:
    return Difference(kind=kind, schema="public", parent=parent, name=name, action=action)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ([difference("table", "", "job"), difference("column", "job", "id")], "add job"),
        ([difference("table", "", "job", "removed"), difference("table", "", "log", "removed")], "drop job and 1 more"),
        ([difference("column", "job", "a"), difference("column", "job", "b")], "add a and b of job"),
        ([difference("column", "job", "a"), difference("column", "job", "b", "removed")], "change a and b of job"),
        ([difference("column", "job", name) for name in "abc"], "add 3 columns of job"),
        ([difference("column", "job", "a"), difference("column", "log", "b")], "change job and log"),
        ([difference("constraint", "job", "job_name_key")], "add constraint job_name_key of job"),
        ([difference("enum", "", "state", "changed")], "change enum state"),
        ([difference("index", "job", "a"), difference("constraint", "job", "b")], "change constraint and index of job"),
        ([difference("view", "", "a"), difference("index", "job", "b")], "change index and view"),
        ([], "change"),
    ],
)
def test_message(declared: list[Difference], said: str) -> None:
    assert message(declared) == said


def test_a_rename_is_told_as_one() -> None:
    declared = [difference("column", "customer", "name", "removed"), difference("column", "customer", "full_name")]
    renamed = decision("rename", "customer.name", "?", "assumed", "full_name")
    assert message(declared, [renamed]) == "rename customer.name to full_name"
    assert (
        message(declared, [decision("rename", "customer.name", "?", "command", "")])
        == "change name and full_name of customer"
    )
