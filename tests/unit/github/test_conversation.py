"""Which comments are commands that count."""

from typing import cast

from bot.github import conversation
from bot.github.forge import Forge, Posted
from bot.request import commands


class Permissions:
    """The one question that a conversation asks of a code host, and how often."""

    def __init__(self, *writers: str) -> None:
        self.writers, self.asked = writers, list[str]()

    def may_write(self, user: str) -> bool:
        self.asked.append(user)
        return user in self.writers


def said(*comments: tuple[str, str]) -> list[Posted]:
    return [Posted(number, author, author == "robot", body, "") for number, (author, body) in enumerate(comments)]


def given(forge: Permissions, *comments: tuple[str, str]) -> list[str]:
    host = cast(Forge, forge)  # the rest of the protocol is not used
    return [command.kind for command in conversation.given(host, said(*comments))]


def test_commands_of_people_who_may_write_count_in_their_order() -> None:
    forge = Permissions("ann")
    assert given(forge, ("ann", "/migration check"), ("ann", "thanks"), ("ann", "/migration commit")) == [
        "check",
        "commit",
    ]


def test_permissions_are_looked_up_once_and_for_commands_alone() -> None:
    forge = Permissions("ann")
    comments = [("ann", "/migration check"), ("bob", "hello"), ("eve", "/migration commit"), ("ann", "/migration undo")]
    assert given(forge, *comments) == ["check", "undo"]
    assert forge.asked == ["ann", "eve"]


def test_bots_and_commands_that_cannot_be_read_are_passed_over() -> None:
    forge = Permissions("ann", "robot")
    assert (
        given(forge, ("robot", "/migration commit"), ("ann", "/migration fill"), ("ann", "/migration nonsense")) == []
    )
    assert forge.asked == []


def test_help_names_every_command() -> None:
    text = conversation.help_text()
    assert [name for name in commands.all_commands() if f"`/migration {name}" not in text] == []
