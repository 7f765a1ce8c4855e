"""The message of a commit that the bot makes: how it begins, what it names, whom it credits. Pure.

In: migrations, and the comment that asked for the commit. Out: lines in which nothing acts upon workflows.
"""

import re

from bot.model import Migration
from bot.request.event import Comment

ADDED, REBASED = "Add migration", "Rebase the migration onto the newest revision"  # how the bot's commits begin
_TITLE = re.compile(r'\s*[rRuU]?"""([^\n"]{1,200})')
_LOGIN = re.compile(r"[A-Za-z0-9-]{1,39}")
# In a commit's message it keeps workflows from running, after a squash merge those of base as well: the checks that
# wait for the commit, and deployments.
_SKIPS = re.compile(r"\[([^\[\]]*\b(?:skip|no)\b[^\[\]]*)\]", re.IGNORECASE)


def co_author(comment: Comment) -> str:
    """The trailer that names who asked for a commit as its co-author; GitHub then shows their picture."""
    if not _LOGIN.fullmatch(comment.author) or not comment.author_number:
        return ""
    mail = f"{comment.author_number}+{comment.author}@users.noreply.github.com"
    return f"Co-authored-by: {comment.author} <{mail}>"


def titles(migrations: list[Migration]) -> str:
    """What the migrations do, from the first line of each docstring."""
    found = [_TITLE.match(migration.source) for migration in migrations]
    named = ", ".join(match[1].strip().rstrip(".") for match in found if match) or migrations[0].revision
    return _SKIPS.sub(r"(\1)", named)
