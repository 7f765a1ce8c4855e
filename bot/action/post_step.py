"""The action's post step: what GitHub shows of a run that was killed, or whose result it did not take in time.

In: the event, and what the run left for this step (`GITHUB_STATE`, where the pull request's code cannot write). Out:
its check run completed, its comment and reaction brought up to date. Nothing is done after a run that ended by itself
and has told all; what is finished on GitHub is left as it is; a second time changes nothing.
"""

import re
from dataclasses import replace

from bot.action import commands, workspace_guard
from bot.action.checking import FOLDER
from bot.action.progress import failure_of
from bot.action.run import COMMENTS, Action
from bot.action.runner import Runner, annotate
from bot.errors import BotError, ToolError
from bot.github import sticky
from bot.github.checkrun import SUMMARY_LIMIT, cut
from bot.github.forge import Check, PostedCheck
from bot.github.publication import Publication
from bot.github.publish import publish_comment
from bot.github.sticky import Stamp
from bot.request import event as events
from bot.request.event import Comment, MergeGroup, PullRequest
from bot.settings import Machine

KILLED = ToolError(
    "the run was killed before it had a result",
    "Run the job again. If it is killed again, give it a runner with more memory, or more time.",
    kind="killed",
)
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


def run(machine: Machine) -> int:
    """The exit code; the step that was killed has failed the job already."""
    runner = Runner.read(machine.environ)
    late = "unpublished" in runner.states
    if "ended" in runner.states and not late:
        return 0
    with workspace_guard.ownership_restored(runner.workspace, (FOLDER, ".git")):
        try:
            action = Action.of(runner, machine)
            if late:
                _publish_late(action, runner.states["unpublished"])
            else:
                _report_killed(action)
        except BotError as error:
            annotate("warning", f"GitHub may show the run as one that is in progress: {error.line}")
    return 0


def _publish_late(action: Action, text: str) -> None:
    """The result as the run would have published it, without its annotations."""
    runner, body = action.runner, sticky.read(text, action.marker)
    if body is None:
        return
    started = _number(runner.states.get("check", "")) if body.head == runner.states.get("head") else 0
    check = Check(
        name=action.check_name,
        head=body.head,
        conclusion=body.conclusion,
        title=runner.states.get("title", "")[:255],
        summary=cut(text, SUMMARY_LIMIT),
        annotations=(),
        details_url=runner.run_url,
        started=started,
    )
    parent, wanted = runner.states.get("parent", ""), "wanted" in runner.states
    commented = body.number > 0 and action.choice("comment", COMMENTS, "always") != "never"
    action.publish(Publication(body.number, body, check, wanted, commented, parent))


def _report_killed(action: Action) -> None:
    found = events.read(action.runner.event_name, action.runner.event)
    checked = _checked(action, found)
    had_result = checked is not None and _complete(action, checked)
    if isinstance(found, Comment) and "command" in action.runner.states:
        _answer(action, found, had_result=had_result)


def _checked(action: Action, found: events.Event) -> PullRequest | MergeGroup | None:
    """What the run was about, if it had begun to show that."""
    head = action.runner.states.get("head", "")
    if not _COMMIT.fullmatch(head):
        return None
    if isinstance(found, Comment):
        return replace(action.forge.pull_request(found.number), head=head)
    return replace(found, head=head) if isinstance(found, PullRequest | MergeGroup) else None


def _complete(action: Action, checked: PullRequest | MergeGroup) -> bool:
    """Complete the check run and the comment; whether the run had published its result before it was killed.

    The newest result for the commit is shown: a check run has each of them, and the comment perhaps not yet.
    """
    runner = action.runner
    checks = action.forge.checks(checked.head, action.check_name, own=runner.run_and_attempt)
    unfinished = next((check for check in checks if _is_own(runner, check)), None)
    bodies = [sticky.read(check.summary, action.marker) for check in checks if not check.in_progress]
    number = checked.number if isinstance(checked, PullRequest) else 0
    known = [body for body in bodies if body is not None and body.head == checked.head]
    results = [body for body in known if body.number == number]
    own = [body for body in results if (body.stamp.run, body.stamp.attempt) == (runner.run, runner.attempt)]
    began = _number(runner.states.get("began", "")) or (unfinished.began if unfinished else 0)
    stamp = Stamp(began, runner.run, runner.attempt)
    publication = action.publication(number, failure_of(checked, KILLED), stamp=stamp)
    if unfinished:
        action.forge.check(replace(publication.check, started=unfinished.identifier))
    newest = max([*results, publication.body], key=lambda body: body.stamp)
    publish_comment(action.forge, replace(publication, body=newest))
    return any(KILLED.message not in body.text for body in own)


def _is_own(runner: Runner, check: PostedCheck) -> bool:
    """Whether the killed run left this check run in progress. It may have been killed before it knew its number."""
    number = _number(runner.states.get("check", ""))
    is_own = check.identifier == number if number else check.external_id == runner.run_and_attempt
    return check.in_progress and is_own


def _answer(action: Action, comment: Comment, *, had_result: bool) -> None:
    if had_result:
        commands.react(action, comment, "rocket")
        return
    said = commands.refusal(KILLED)
    there = action.forge.comments(comment.number)
    if not any(posted.identifier > comment.identifier and posted.body == said for posted in there):
        commands.refuse(action, comment, KILLED)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
