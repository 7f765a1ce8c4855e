"""The action: runner's environment and event → check → comment, check run, summary, outputs.

What people typed (comments, titles, branch names) is data: it never becomes part of a command line, a workflow command
or Markdown without being escaped.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.action import base_moved, commands, progress, publish_report, workspace_guard
from bot.action.checking import FOLDER, Commits, Outcome, check, commits_of, dispatched, fetch, fetched
from bot.action.plan_jobs import plan_jobs
from bot.action.run import Action, Result, decided
from bot.action.runner import Runner, annotate
from bot.errors import BotError, GitHubError, UsageError
from bot.github.forge import Posted
from bot.report.workflow_words import sentence, snippet
from bot.request import event as events
from bot.request.replay import Decided
from bot.settings import Machine

MODES = ("auto", "check", "plan", "publish")
COMMITS = ("command", "always", "never")


def run(machine: Machine, *, publish: bool = False) -> int:
    """Run the step, with errors as annotations; its exit code."""
    try:
        return main(replace(machine, environ={**machine.environ, "INPUT_MODE": "publish"}) if publish else machine)
    except BotError as error:
        advice = (sentence(error.advice), snippet(error.advice))
        text = "\n".join(part for part in (error.message, *advice, error.log_tail[-2000:]) if part)
        annotate("error", text, title="Migration bot")
        return error.exit_code


def main(machine: Machine) -> int:
    """Run the step; raises `BotError`."""
    runner = Runner.read(machine.environ)
    try:
        action = Action.of(runner, machine)
        with workspace_guard.ownership_restored(runner.workspace, (FOLDER, ".git")):
            return _carried_out(action)
    finally:
        runner.save_state("ended", "yes")


def _carried_out(action: Action) -> int:
    runner = action.runner
    mode = action.choice("mode", MODES, "auto")
    found = events.read(runner.event_name, runner.event)
    if isinstance(found, events.Ignored):
        annotate("notice", found.reason)
        return 0
    if isinstance(found, events.Refused):
        raise UsageError(found.reason, found.advice)
    if isinstance(found, events.Finished) or mode == "publish":
        return publish_report.publish_finished(action, found)
    if mode == "plan":
        return plan_jobs(action, found)
    if isinstance(found, events.Comment):
        return commands.handle(action, found)
    if isinstance(found, events.PullRequest):
        return _pull_request(action, found, quiet=mode == "check")
    if isinstance(found, events.Pushed):
        return base_moved.notify(action, found)
    if isinstance(found, events.MergeGroup):
        return _merge_group(action, found)
    commits = dispatched(action.runner, action.remote, found)
    return action.finish(check(action.runner, action.machine, commits, Decided(), require_migration=False))


def _pull_request(action: Action, pull: events.PullRequest, *, quiet: bool) -> int:
    pull = _still_valid(action, pull)
    if not pull.is_open:
        annotate("notice", "the pull request has been closed since this job was first run")
        return 0
    if quiet:
        pull = fetched(action.runner, action.remote, pull)
        outcome, unread, _ = _checked(action, pull, lambda _comments: None)
        code = action.finish(outcome, fork=pull.is_fork)
        if unread is not None:
            raise unread
        return code
    with progress.in_progress(action, pull) as run:
        pull = fetched(action.runner, action.remote, pull)
        outcome, unread, known = _checked(action, pull, run.mark)
        if unread is not None:
            action.finish(outcome, fork=pull.is_fork)
            raise unread
        published = run.publish(Result.of(outcome, pull))
        if action.choice("commit", COMMITS, "command") == "always" and not pull.is_fork:
            outcome = commands.commit_if_proven(run, pull, outcome, known)
        return action.finish(outcome, published.url, fork=pull.is_fork)


def _still_valid(action: Action, pull: events.PullRequest) -> events.PullRequest:
    """A job that is run again has its first event: the pull request may be closed by now, or have another base."""
    if action.runner.attempt < 2:
        return pull
    try:
        now = action.forge.pull_request(pull.number)
    except GitHubError as error:
        annotate("notice", f"the pull request's base is taken from the event: {error.message}")
        return pull
    return replace(pull, base=now.base, base_branch=now.base_branch, is_open=now.is_open)


def _checked(
    action: Action, pull: events.PullRequest, read: Callable[[list[Posted]], None]
) -> tuple[Outcome, GitHubError | None, Decided]:
    """The check with the decisions from comments."""
    unread: GitHubError | None = None
    try:
        known = decided(action, pull.number, read)
    except GitHubError as error:
        known = Decided()
        unread = GitHubError(
            f"the pull request has no comment, because its comments cannot be read: {error.message}",
            f"The job's summary has a report without what was decided there. {error.advice}",
            kind=error.kind,
            log_tail=error.log_tail,
        )
    return check(action.runner, action.machine, commits_of(pull), known), unread, known


def _merge_group(action: Action, group: events.MergeGroup) -> int:
    """A check run on the merge group's commit, for required checks; decisions are read from its pull request."""
    commits = Commits(group.base, group.head)
    with progress.in_progress(action, group) as run:
        fetch(action.runner, action.remote, commits)
        known = decided(action, group.number, lambda _comments: None) if group.number else Decided()
        outcome = check(action.runner, action.machine, commits, known)
        run.publish(Result.of(outcome, group))
        return action.finish(outcome)
