"""A check of the commits that GitHub named, with the decisions of the pull request.

In: the runner, commits, decisions. Out: a report with its views, in the folder that the workflow uploads as an
artifact.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bot import settings
from bot.action import workspace_guard
from bot.action.runner import Runner, no_commands
from bot.check import delivery, pipeline
from bot.check.pipeline import Checked
from bot.decisions import command
from bot.errors import UsageError
from bot.github import history
from bot.github.history import Remote, ensure_commits
from bot.model import Report
from bot.project.checkout.git import Git, Repository
from bot.report.progress import Progress
from bot.request.event import Dispatch, PullRequest
from bot.request.replay import Decided
from bot.settings import ActionRequest, Machine, Settings, sources

FOLDER = "migration-report"  # below the workspace: paths of the container mean nothing to later steps


@dataclass(frozen=True)
class Commits:
    """What to compare. The refs are fetched from servers that do not serve commits by their SHA."""

    base: str
    head: str
    base_ref: str = ""
    head_ref: str = ""


@dataclass(frozen=True)
class Outcome:
    settings: Settings
    checked: Checked

    @property
    def report(self) -> Report:
        return self.checked.report

    @property
    def exit_code(self) -> int:
        return delivery.exit_code(self.settings, self.report, self.checked.exit_code)

    @property
    def command_code(self) -> int:
        """For a run started by a comment: the command succeeded even though the file is still missing."""
        return delivery.verdict_code(self.settings, self.report, self.checked.exit_code)


def commits_of(pull: PullRequest) -> Commits:
    """Base and head of a pull request, with their refs."""
    return Commits(pull.base, pull.head, f"refs/heads/{pull.base_branch}", f"refs/pull/{pull.number}/head")


def fetch(runner: Runner, remote: Remote, commits: Commits) -> None:
    """Make sure that the workspace's clone has both commits, with the history between them."""
    _refuse_empty(runner, remote)
    wanted = {commits.base: commits.base_ref, commits.head: commits.head_ref}
    ensure_commits(runner.workspace, remote, wanted)


def fetched(runner: Runner, remote: Remote, pull: PullRequest) -> PullRequest:
    """The pull request with the current tip of its base branch; both commits are in the workspace's clone.

    `base.sha` is the tip at the time of the pull request's newest commit.
    """
    _refuse_empty(runner, remote)
    newest = history.tip(runner.workspace, remote, pull.base_branch)
    pull = replace(pull, base=newest or pull.base)
    fetch(runner, remote, commits_of(pull))
    return pull


def _refuse_empty(runner: Runner, remote: Remote) -> None:
    """Raise `UsageError` if no step before has checked the repository out."""
    try:
        Repository.open(remote.git, runner.workspace)
    except UsageError as error:
        raise UsageError(
            "the workspace has no checkout of the repository",
            "Put a step `uses: actions/checkout@v7` before the bot's, without its input `path`.",
        ) from error


def dispatched(runner: Runner, remote: Remote, by_hand: Dispatch) -> Commits:
    """What `workflow_dispatch` compares: a branch with the default branch, that one with its parent commit."""
    _refuse_empty(runner, remote)
    head = runner.sha
    base = "" if by_hand.on_default else history.tip(runner.workspace, remote, by_hand.default_branch)
    base = base or history.parent(remote.git, runner.workspace, head) or head
    commits = Commits(base, head)
    fetch(runner, remote, commits)
    return commits


def check(
    runner: Runner, machine: Machine, commits: Commits, decided: Decided, *, require_migration: bool = True
) -> Outcome:
    """The whole check, with workflow commands disabled: the project's code may print text that looks like one."""
    chosen = settings_for(runner, machine, commits, decided, require_migration=require_migration)
    with (
        _in_words_of_commands(decided),
        workspace_guard.restricted(workspace_guard.credential_dirs(runner, machine)),
        no_commands(),
        Progress(verbose=chosen.verbose) as progress,
    ):
        checked = pipeline.check(chosen, progress)
        delivery.deliver(chosen, checked.report, checked.views)
    return Outcome(chosen, checked)


@contextmanager
def _in_words_of_commands(decided: Decided) -> Iterator[None]:
    """An error that an answer is to blame for names the command that gave it, and how it is taken back."""
    try:
        yield
    except UsageError as error:
        given = next((answer for answer in decided.answers if str(answer) in error.message), None)
        if given is None:
            raise
        line = command(given.kind, given.subject, given.value)
        raise UsageError(
            error.message.replace(str(given), line),
            f"{error.advice} Until `/migration undo` takes it back or its comment is deleted, every check says so.",
            kind=error.kind,
            log_tail=error.log_tail,
        ) from error


def settings_for(
    runner: Runner, machine: Machine, commits: Commits, decided: Decided, *, require_migration: bool
) -> Settings:
    """The settings of this run; the output folder is emptied."""
    git = Git(machine.environ)
    table = _base_table(git, runner.workspace, commits.base)
    request = ActionRequest(
        repo=runner.workspace,
        base=commits.base,
        head=commits.head,
        output_dir=folder(runner),
        files=partial(git.blob, runner.workspace, commits.base),
        message=decided.message,
        answers=decided.answers,
        safer=decided.safer,
        require_migration=require_migration,
    )
    chosen = settings.from_inputs(runner.inputs, table, request, machine)
    workspace_guard.refuse_tracked_cache(git, runner.workspace, chosen.cache_dir)
    workspace_guard.clear(request.output_dir)
    return chosen


def folder(runner: Runner) -> Path:
    return runner.workspace / FOLDER


def _base_table(git: Git, workspace: Path, base: str) -> dict[str, object]:
    """`[tool.migration-bot]` of the base revision: a pull request cannot loosen its own checks."""
    done = git("show", f"{base}:pyproject.toml", cwd=workspace, check=False)
    return sources.table(done.stdout) if done.code == 0 else {}
