"""The action: runner's environment and event → check → comment, check run, summary, outputs.

Everything that people typed (comments, titles, branch names) is text here and stays text: nothing of it becomes a
part of a command line, a workflow command or Markdown without being escaped.
"""

from collections.abc import Mapping

from bot.action import commands, publish_report
from bot.action import runner as actions
from bot.action.checking import Commits, check, commits_of, fetch
from bot.action.run import Action, decided
from bot.action.runner import Runner, annotate
from bot.errors import BotError, GitHubError, UsageError
from bot.github.client import Access
from bot.github.rest import GitHubForge
from bot.request import event as events
from bot.request.replay import Decided

MODES = ("auto", "check", "publish")
COMMITS = ("command", "always", "never")


def run(environ: Mapping[str, str], *, publish: bool = False) -> int:
    """The whole step, errors as annotations; its exit code."""
    try:
        return main({**environ, "INPUT_MODE": "publish"} if publish else environ)
    except BotError as error:
        text = "\n".join(part for part in (error.message, error.advice, error.log_tail[-2000:]) if part)
        annotate("error", text, title="Migration bot")
        return error.exit_code


def main(environ: Mapping[str, str]) -> int:
    """The step; raises `BotError`."""
    runner = Runner.read(environ)
    token = runner.inputs.get("token", "")
    actions.mask(token)
    if not token:
        raise UsageError("the input token is empty", "Leave it out: its default is the workflow's own token.")
    action = Action(runner, _forge(runner, token, environ), token, dict(environ))
    mode = action.choice("mode", MODES, "auto")
    found = events.read(runner.event_name, runner.event)
    if isinstance(found, events.Ignored):
        annotate("notice", found.reason)
        return 0
    if isinstance(found, events.Finished) or mode == "publish":
        return publish_report.publish_finished(action, found)
    if isinstance(found, events.Comment):
        return commands.obey(action, found)
    if isinstance(found, events.PullRequest):
        return _pull_request(action, found, quiet=mode == "check")
    return _without_pull_request(action, found)


def _forge(runner: Runner, token: str, environ: Mapping[str, str]) -> GitHubForge:
    pause, timeout = environ.get("MIGRATION_BOT_PAUSE", "1"), environ.get("MIGRATION_BOT_TIMEOUT", "15")
    return GitHubForge(Access(token, runner.api_url, float(pause), int(timeout)), runner.repository)


def _pull_request(action: Action, pull: events.PullRequest, *, quiet: bool) -> int:
    commits = commits_of(pull)
    fetch(action.runner, action.token, commits)
    unread: GitHubError | None = None
    try:
        known = decided(action, pull.number)
    except GitHubError as error:
        known, unread = Decided(), error
    outcome = check(action.runner, action.environ, commits, known)
    if unread is not None:
        action.finish(outcome, fork=pull.is_fork)
        raise GitHubError(
            f"the pull request is not told, because its comments cannot be read: {unread.message}",
            f"The job's summary has a report without what was decided there. {unread.advice}",
            kind=unread.kind,
            log_tail=unread.log_tail,
        )
    if quiet:
        return action.finish(outcome, fork=pull.is_fork)
    published = action.tell(pull, outcome)
    if action.choice("commit", COMMITS, "command") == "always" and not pull.is_fork:
        outcome = commands.commit_if_proven(action, pull, outcome, known)
    return action.finish(outcome, published.url, fork=pull.is_fork)


def _without_pull_request(action: Action, found: events.MergeGroup | events.Dispatch) -> int:
    """Merge queues and runs by hand: there is nobody to comment to."""
    runner = action.runner
    if isinstance(found, events.MergeGroup):
        commits = Commits(found.base, found.head)
        fetch(runner, action.token, commits)
    else:
        commits = Commits("", runner.sha)
    return action.finish(check(runner, action.environ, commits, Decided()))
