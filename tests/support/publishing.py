"""The publishing half of a run alone: a verdict of its own, told to the fake GitHub."""

from typing import Any

from bot.github.client import Access
from bot.github.forge import Check
from bot.github.publication import Publication
from bot.github.rest import GitHubForge
from bot.github.sticky import Stamp, marker, stamped
from tests.fakes.github import FakeGitHub

MARK = marker("Migrations", [])


def forge(hub: FakeGitHub, token: str = "ghs_1", **how: Any) -> GitHubForge:
    """GitHub as a run with this token sees it; `how` is the rest of `Access`."""
    return GitHubForge(Access(token, hub.url, **{"pause": 0, **how}), hub.repository)


def telling(head: str, run: int, *, began: int = 100, wanted: bool = True, parent: str = "") -> Publication:
    """What run number `run` has to say of a head."""
    told = stamped(MARK, head, Stamp(began, run, 1), f"the verdict of run {run}\n")
    check = Check("Migration", head, "success", "proven", told.text, (), "https://example.org/")
    return Publication(1, told, check, wanted, parent=parent)


def said(hub: FakeGitHub) -> list[str]:
    """What the bot's comments say, below what is hidden."""
    return [body.split("\n", 2)[2].strip() for body in hub.bodies(1)]
