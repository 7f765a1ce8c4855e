"""What GitHub shows while a run is in progress, and when it ends without a result.

In: a pull request, or a merge group. Out: a check run that is in progress, which replaces that of an earlier run on the
same commit; a note in the comment; a final result, whatever ends the run (an error, a bug, a signal).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from bot.action.run import Action, Result
from bot.action.runner import annotate
from bot.errors import BotError, GitHubError, ToolError
from bot.github import sticky
from bot.github.forge import Posted
from bot.github.publication import Publication
from bot.github.publish import Published
from bot.model import Failure, Project, Report
from bot.request.event import MergeGroup, PullRequest
from bot.system.signals import signals_deferred

_PASSING = ("rate-limit", "server", "network")  # kinds of refusals that do not last


@dataclass
class Progress:
    """A run shown on its pull request; `started` is its check run, 0 if GitHub refused to create one.

    `comment` is the bot's comment from an earlier run, if there is exactly one; `no_checks` is why this token cannot
    write check runs; `left` says whether the newest result waits for the post step.
    """

    action: Action
    checked: PullRequest | MergeGroup
    started: int = 0
    published: bool = False
    comment: Posted | None = None
    no_checks: GitHubError | None = None
    left: bool = False

    def begin(self) -> None:
        """Create the check run. If the permission is missing, it is not tried again later."""
        forge, runner = self.action.forge, self.action.runner
        runner.save_state("head", self.checked.head)
        try:
            self.started = forge.start(
                self.action.check_name, self.checked.head, runner.run_url, runner.run_and_attempt
            )
            runner.save_state("check", str(self.started))
        except GitHubError as error:
            self.no_checks = error if error.kind == "permission" else None
        runner.save_state("began", str(forge.began))

    def mark(self, comments: list[Posted]) -> None:
        """Note in the comment of an earlier run, if there is one, that this run is in progress."""
        forge, marker = self.action.forge, self.action.marker
        there = [posted for posted in comments if sticky.has(posted.body, marker)]
        with suppress(GitHubError):
            mine = sticky.mine(there, marker, forge.me()) if there else []
            for posted in mine[:1]:
                body = sticky.running(posted.body, self.checked.head, self.action.runner.run_url)
                marked = forge.edit(posted.identifier, body)
                self.comment = marked if len(mine) == 1 else None

    def publish(self, result: Result, *, quiet: bool = False, wanted: bool = True) -> Published:
        """Publish the result. If it is about another commit, the first commit's check run is completed too."""
        number = self.checked.number if isinstance(self.checked, PullRequest) else 0
        here = result.head == self.checked.head
        started = self.started if here else 0
        publication = self.action.publication(number, result, started=started, wanted=wanted)
        publication = replace(publication, known=self.comment, no_checks=self.no_checks)
        with signals_deferred():
            if not here and self.started:
                title = f"continued on {result.head[:12]}"
                ended = replace(publication.check, head=self.checked.head, started=self.started, annotations=())
                try:
                    self.action.forge.check(replace(ended, conclusion="neutral", title=title, summary=title))
                except GitHubError as error:
                    annotate("warning", f"the check run of {self.checked.head[:12]} stays in progress: {error.message}")
            published = self.action.publish(publication, quiet=quiet, fork=result.fork)
            self._leave(publication, published)
            self.published = True
        return published

    def _leave(self, publication: Publication, published: Published) -> None:
        """What GitHub did not take for a reason that passes is left to the post step, which has time of its own."""
        runner = self.action.runner
        lacking = any(error.kind in _PASSING for error in published.refused.values())
        if lacking or self.left:
            runner.save_state("unpublished", publication.body.text if lacking else "")
            runner.save_state("title", publication.check.title)
            runner.save_state("parent", publication.parent)
            runner.save_state("wanted", "yes" if publication.wanted else "")
        self.left = lacking


@contextmanager
def in_progress(action: Action, checked: PullRequest | MergeGroup) -> Iterator[Progress]:
    """Show a run as in progress; an exception is published in place of a result."""
    progress = Progress(action, checked)
    try:
        with signals_deferred():
            progress.begin()
        yield progress
    except BaseException as error:
        if not progress.published:
            with signals_deferred(), suppress(BotError):
                _publish_failure(progress, error)
        raise


def _publish_failure(progress: Progress, error: BaseException) -> None:
    """Publish the error as a report. A run that was stopped makes no comment: a newer run may have replaced it."""
    failed = as_bot_error(error)
    progress.publish(failure_of(progress.checked, failed), quiet=True, wanted=failed.kind != "stopped")


def failure_of(checked: PullRequest | MergeGroup, failed: BotError) -> Result:
    """What is published of a run without a result."""
    failure = Failure(kind=failed.kind, message=failed.message, advice=failed.advice, log_tail=failed.log_tail)
    report = Report(
        status="error",
        base=checked.base,
        head=checked.head,
        projects=[Project(config="", status="error", error=failure)],
    )
    fork = isinstance(checked, PullRequest) and checked.is_fork
    return Result(report, {}, "error", checked.head, fork=fork)


def as_bot_error(error: BaseException) -> BotError:
    """The error to report for any exception that ends a run."""
    if isinstance(error, BotError):
        return error
    if isinstance(error, SystemExit | KeyboardInterrupt):
        return ToolError("the run was stopped before it had a result", "Run the job again.", kind="stopped")
    name = type(error).__name__
    return ToolError(f"the bot itself failed ({name})", "Please report this bug with the job's log.", kind="bug")
