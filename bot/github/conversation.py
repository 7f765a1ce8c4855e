"""The slash commands in a pull request's comments, from people who may give them.

In: all comments. Out: commands, oldest first, to replay decisions from. Permissions are looked up for authors of
commands only, once each.
"""

from collections.abc import Sequence

from bot.errors import UsageError
from bot.github.forge import Forge, Posted
from bot.request import commands
from bot.request.commands import PREFIX, Command


def given(forge: Forge, comments: Sequence[Posted]) -> list[Command]:
    """The commands that count. One that cannot be parsed was refused when it was given, and is skipped."""
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
    """The reply to `/migration help`."""
    lines = [f"- `{PREFIX} {plugin.USAGE}`: {plugin.SUMMARY}" for plugin in commands.all_commands().values()]
    return "\n".join(["The migration bot understands, in the first line of a comment:", "", *lines, ""])
