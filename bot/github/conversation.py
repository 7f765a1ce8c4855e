"""What people said to the bot in a pull request: commands of those who may give them.

In: all comments. Out: commands, oldest first, for the replay of decisions. Permission is asked for the
authors of commands only, once each.
"""

from collections.abc import Sequence

from bot.errors import UsageError
from bot.github.forge import Forge, Posted
from bot.request import commands
from bot.request.commands import PREFIX, Command


def given(forge: Forge, comments: Sequence[Posted]) -> list[Command]:
    """The commands that count. One that cannot be read was refused when it was given, and means nothing."""
    allowed: dict[str, bool] = {}
    found = []
    for posted in comments:
        if posted.is_bot:
            continue
        try:
            command = commands.read(posted.body)
        except UsageError:
            continue
        if command is None:
            continue
        if posted.author not in allowed:
            allowed[posted.author] = forge.may_write(posted.author)
        if allowed[posted.author]:
            found.append(command)
    return found


def help_text() -> str:
    """What `/migration help` answers."""
    lines = [f"- `{PREFIX} {plugin.USAGE}`: {plugin.SUMMARY}" for plugin in commands.all_commands().values()]
    return "\n".join(["The migration bot understands, in the first line of a comment:", "", *lines, ""])
