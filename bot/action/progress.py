"""What GitHub shows while a run goes on, and when it ends without a result.

In: a pull request, or what a merge queue tries. Out: a check run that is in progress, in place of whatever an earlier
run said of the same commit; a comment that is marked; a last word, whatever ends the run (an error, a bug, a signal).
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from bot.action.run import Action, Result
from bot.action.runner import annotate
from bot.errors import BotError, GitHubError, ToolError
from bot.github import sticky
from bot.github.forge import Posted
from bot.github.publish import Published
from bot.model import Failure, Project, Report
from bot.request.event import MergeGroup, PullRequest


@dataclass
class Progress:
    """A run that the pull request shows; `started` is its check run, 0 where GitHub refused one.

    `comment` is the bot's comment of an earlier run, where there is exactly one; `no_checks` is why this token may not
    write check runs.
    """

    action: Action
    checked: PullRequest | MergeGroup
    started: int = 0
    published: bool = False
    comment: Posted | None = None
    no_checks: GitHubError | None = None

    def begin(self) -> None:
        """Show a check run that is in progress. What is refused for want of a permission is not asked for again."""
        try:
            self.started = self.action.forge.start(
                self.action.check_name, self.checked.head, self.action.runner.run_url
            )
        except GitHubError as error:
            self.no_checks = error if error.kind == "permission" else None

    def mark(self, comments: list[Posted]) -> None:
        """Say in the comment of an earlier run, if there is one, that this run goes on."""
        forge, marker = self.action.forge, self.action.marker
        there = [posted for posted in comments if sticky.has(posted.body, marker)]
        with suppress(GitHubError):
            mine = sticky.mine(there, marker, forge.me()) if there else []
            for posted in mine[:1]:
                body = sticky.running(posted.body, self.checked.head, self.action.runner.run_url)
                marked = forge.edit(posted.identifier, body)
                self.comment = marked if len(mine) == 1 else None

    def publish(self, result: Result, *, quiet: bool = False, wanted: bool = True) -> Published:
        """Show the result. On another commit, the check run of the one that was checked ends as well."""
        number = self.checked.number if isinstance(self.checked, PullRequest) else 0
        here = result.head == self.checked.head
        started = self.started if here else 0
        publication = self.action.publication(number, result, started=started, wanted=wanted)
        publication = replace(publication, known=self.comment, no_checks=self.no_checks)
        with undisturbed():
            if not here and self.started:
                title = f"continued on {result.head[:12]}"
                ended = replace(publication.check, head=self.checked.head, started=self.started, annotations=())
                try:
                    self.action.forge.check(replace(ended, conclusion="neutral", title=title, summary=title))
                except GitHubError as error:
                    annotate("warning", f"the check run of {self.checked.head[:12]} stays in progress: {error.message}")
            published = self.action.publish(publication, quiet=quiet, fork=result.fork)
            self.published = True
        return published


@contextmanager
def shown(action: Action, checked: PullRequest | MergeGroup) -> Iterator[Progress]:
    """Show a run for the time of the context; leaving it by any exception before a result is published says so."""
    progress = Progress(action, checked)
    try:
        with undisturbed():
            progress.begin()
        yield progress
    except BaseException as error:
        if not progress.published:
            with undisturbed(), suppress(BotError):
                _last_word(progress, error)
        raise


def _last_word(progress: Progress, error: BaseException) -> None:
    """The error as a report of its own. A run that was stopped makes no comment: a newer one may be why."""
    told, checked = as_bot_error(error), progress.checked
    failure = Failure(kind=told.kind, message=told.message, advice=told.advice, log_tail=told.log_tail)
    report = Report(
        status="error",
        base=checked.base,
        head=checked.head,
        projects=[Project(config="", status="error", error=failure)],
    )
    fork = isinstance(checked, PullRequest) and checked.is_fork
    result = Result(report, {}, "error", checked.head, fork=fork)
    progress.publish(result, quiet=True, wanted=told.kind != "stopped")


def as_bot_error(error: BaseException) -> BotError:
    """What is said of an exception that ends a run."""
    if isinstance(error, BotError):
        return error
    if isinstance(error, SystemExit | KeyboardInterrupt):
        return ToolError("the run was stopped before it had a result", "Run the job again.", kind="stopped")
    name = type(error).__name__
    return ToolError(f"the bot itself failed ({name})", "Please report this bug with the job's log.", kind="bug")


@contextmanager
def undisturbed() -> Iterator[None]:
    """Signals that end the run take effect after the context: what is begun on the pull request is brought to its end.

    The runner sends a second signal some seconds after the first, and kills after that.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: caught.append(number))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if caught:
            signal.raise_signal(caught[0])
