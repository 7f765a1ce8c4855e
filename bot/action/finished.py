"""The trusted half of the two workflows for forks: a report that an unprivileged job made is shown.

Comes in: a report file, which the pull request's own code may have forged, and what GitHub itself says of the
finished run. Goes out: the comment and the check run. The report is believed in nothing that matters: its shape and
size are checked, the pull request is found through GitHub by the run's branch, its head must be the run's, and
every word is escaped as in any report.
"""

from pathlib import Path
from typing import cast, get_args

import msgspec

from bot.action.run import COMMENTS, Action
from bot.errors import UsageError
from bot.github.checkrun import check_run
from bot.github.publish import publish
from bot.outcome import Report, from_json, worst
from bot.request.event import Event, Finished, PullRequest
from bot.runner import annotate
from bot.settings import FailOn

SIZE_LIMIT = 20 * 1024 * 1024  # bytes
NAMES = ("migration-report/report.json", "report.json")


def publish_finished(action: Action, event: Event) -> int:
    """Show the report of the run that has finished; quiet when its pull request has moved on."""
    if not isinstance(event, Finished):
        raise UsageError("mode: publish is for workflows that start `on: workflow_run`")
    report = read(action.runner.workspace)
    pull = _pull_request(action, event)
    if pull is None:
        annotate("notice", f"no open pull request has {event.head[:12]} as its head any more")
        return 0
    if report.head != event.head:
        raise UsageError(
            f"the report speaks of {str(report.head)[:12]}, and the run that uploaded it was about {event.head[:12]}",
            "The report is not shown.",
        )
    body = action.body(report, {})
    wanted = action.choice("comment", COMMENTS, "always")
    fail_on = action.choice("fail-on", get_args(FailOn), "error")
    run = check_run(report, {}, action.check_request(event.head, body, cast("FailOn", fail_on)))
    visible = wanted == "always" or (wanted == "changes" and report.status != "unchanged")
    published = publish(action.forge, pull.number, body, run, wanted=visible)
    for refusal in published.refused:
        raise refusal
    action.runner.set_output("status", report.status)
    action.runner.set_output("comment-url", published.url)
    return 0


def read(workspace: Path) -> Report:
    """The report below the workspace. Raises `UsageError` for one that is missing, too big or not a report."""
    for name in NAMES:
        path = workspace / name
        if path.is_symlink():
            raise UsageError(f"{name} is a link, and is not followed")
        if not path.is_file():
            continue
        if path.stat().st_size > SIZE_LIMIT:
            raise UsageError(f"{name} has more than {SIZE_LIMIT} bytes, and is not read")
        try:
            report = from_json(path.read_bytes())
        except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
            raise UsageError(f"{name} is not a report: {str(error)[:200]}") from error
        # The total is not taken from the file: it could say more than its parts.
        return msgspec.structs.replace(report, status=worst([project.status for project in report.projects]))
    raise UsageError(
        f"there is no {NAMES[0]} in the workspace", "Download the artifact of the finished run before this step."
    )


def _pull_request(action: Action, event: Finished) -> PullRequest | None:
    found = action.forge.pull_requests_from(event.head_owner, event.head_branch)
    return next((pull for pull in found if pull.head == event.head), None)
