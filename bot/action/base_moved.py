"""A push added a migration to base: open pull requests whose migration has the same parent are notified before merging.

In: a push to a branch. Out: for each such pull request, a check run that asks for `/migration rebase`, and a line in
the bot's comment. No code of a pull request runs: files are read from git, and only those that the push and the pull
requests add. At most two pages of pull requests are fetched, and none if the push adds no migration.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.action.run import Action
from bot.action.runner import annotate
from bot.discovery import written_migration
from bot.discovery.written_migration import Written
from bot.errors import GitHubError, ToolError
from bot.github import history, sticky
from bot.github.forge import Check
from bot.project.checkout.git import Git, Repository
from bot.report.text import code, listed
from bot.request.event import PullRequest, Pushed

_MOST = 200  # migrations of a push or a pull request that are read


@dataclass(frozen=True)
class StaleMigration:
    """A pull request's migration whose parent already has a child on base."""

    pull: PullRequest
    own: Written
    newer: Written

    @property
    def text(self) -> str:
        common = sorted(self.own.tables & self.newer.tables)
        tables = f" Both change {listed([code(name) for name in common[:5]])}." if common else ""
        return (
            f"{code(self.pull.base_branch)} now has revision {code(self.newer.revision)}, which follows"
            f" {code(next(iter(self.own.parents & self.newer.parents)))} as {code(self.own.revision)} does: merging"
            f" as is would leave two heads.{tables} Comment `/migration rebase`, or merge"
            f" {code(self.pull.base_branch)} and change `down_revision`."
        )


def notify(action: Action, pushed: Pushed) -> int:
    """The exit code: a pull request that cannot be notified is logged and does not fail the push."""
    remote = action.remote
    root = Repository.open(remote.git, action.runner.workspace).root
    try:
        history.fetch_shallow(root, remote, [pushed.before, pushed.after])
        came = dict(_added(remote.git, root, pushed.before, pushed.after))
    except ToolError as error:
        annotate("notice", f"cannot determine what the push changed: {error.message}")
        return 0
    if not came:
        annotate("notice", "the push adds no migration")
        return 0
    pulls = action.forge.pull_requests_onto(pushed.branch)
    if pulls:
        history.fetch_shallow(root, remote, [f"refs/pull/{pull.number}/head" for pull in pulls])
    stale = [found for pull in pulls for found in _stale(remote.git, root, pushed, pull, came)]
    for each in stale:
        _notify(action, each)
    annotate("notice", f"{len(stale)} of {len(pulls)} open pull requests follow a revision that base has moved past")
    return 0


def _added(git: Git, root: Path, old: str, new: str) -> Iterator[tuple[PurePosixPath, Written]]:
    """The migrations that `new` adds to `old`."""
    words = ("diff-tree", "-r", "-z", "--no-renames", "--diff-filter=A", "--name-only", old, new)
    paths = [path for path in git(*words, cwd=root).stdout.split("\0") if path.endswith(".py")]
    for path in paths[:_MOST]:
        with suppress(OSError):
            found = written_migration.read(git.blob(root, new, path).decode("utf-8", "replace"))
            if found is not None:
                yield PurePosixPath(path), found


def _stale(
    git: Git, root: Path, pushed: Pushed, pull: PullRequest, came: dict[PurePosixPath, Written]
) -> Iterator[StaleMigration]:
    """At most one for each pull request. A migration that follows base's newer revision is not stale."""
    with suppress(ToolError):  # its head is gone already
        own = dict(_added(git, root, pushed.after, pull.head))
        followed = {parent for mine in own.values() for parent in mine.parents}
        yield from [
            StaleMigration(pull, mine, newer)
            for place, mine in own.items()
            for there, newer in came.items()
            if place.parent == there.parent and mine.parents & newer.parents and newer.revision not in followed
        ][:1]


def _notify(action: Action, stale: StaleMigration) -> None:
    pull, title = stale.pull, f"{stale.pull.base_branch} has a newer revision: /migration rebase"
    check = Check(
        name=action.check_name,
        head=pull.head,
        conclusion="action_required",
        title=title[:255],
        summary=stale.text,
        annotations=(),
        details_url=action.runner.run_url,
    )
    try:
        action.forge.check(check)
        there = [posted for posted in action.forge.comments(pull.number) if sticky.has(posted.body, action.marker)]
        for posted in sticky.mine(there, action.marker, action.forge.me())[:1]:
            action.forge.edit(posted.identifier, sticky.noted(posted.body, f"⤴️ {stale.text}"))
    except GitHubError as error:
        annotate("warning", f"pull request {pull.number} could not be notified: {error.message}. {error.advice}")
