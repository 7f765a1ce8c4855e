"""The trusted half of the two workflows for forks: publishes a report that an unprivileged job made.

In: a report file, which the pull request's code may have forged, and what GitHub itself says about the finished run.
Out: the comment and the check run. Nothing security-relevant is taken from the report: its shape and size are checked,
the pull request is found through GitHub by the run's branch, its head must be the run's, and all text is escaped as in
any report.
"""

from pathlib import Path
from typing import cast, get_args

import msgspec

from bot.action.checking import FOLDER
from bot.action.run import Action, Result
from bot.action.runner import annotate
from bot.check import delivery
from bot.errors import UsageError
from bot.github.publish import publish
from bot.github.sticky import Stamp
from bot.matrix.joining import join
from bot.matrix.planning import MOST_JOBS
from bot.model import Report, from_json
from bot.report.views import Views
from bot.report.views import from_json as views_from_json
from bot.request.event import Event, Finished, PullRequest
from bot.settings import FailOn

SIZE_LIMIT = 20 * 1024 * 1024  # bytes
DEEPEST = 50  # lists and objects in one another
NAME, VIEWS = "report.json", "views.json"
# A `ValueError` where the bytes are no text.
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


def publish_finished(action: Action, event: Event) -> int:
    """Publish the report of the finished run; does nothing if its pull request has a newer head."""
    if not isinstance(event, Finished | PullRequest):
        raise UsageError("mode: publish is for workflows that start `on: workflow_run` or `on: pull_request`")
    report = read(action.runner.workspace)
    is_own = isinstance(event, PullRequest)
    if report is None:
        place = f"{FOLDER}/{NAME}"
        annotate(
            "warning",
            f"nothing is shown: there is no {place} in the workspace. Either the first workflow left"
            " none, or its artifact was not downloaded before this step.",
        )
        return int(is_own)
    pull = event if isinstance(event, PullRequest) else _pull_request(action, event)
    if pull is None:
        annotate("notice", f"no open pull request has {event.head[:12]} as its head any more")
        return 0
    if report.head != event.head:
        raise UsageError(
            f"the report is about {str(report.head)[:12]}, and the run that uploaded it was about {event.head[:12]}",
            "The report is not shown.",
        )
    views = read_views(action.runner.workspace)
    fail_on = cast("FailOn", action.choice("fail-on", get_args(FailOn), "error"))
    result = Result(report, views, fail_on, event.head, fork=pull.is_fork, unverified=pull.is_fork)
    stamp = action.stamp if isinstance(event, PullRequest) else Stamp(event.started, event.run, event.attempt)
    published = publish(action.forge, action.publication(pull.number, result, stamp=stamp))
    action.runner.write_summary(result.markdown(1_000_000, action.runner.manual))
    refused = list(published.refused.values())
    for refusal in refused[1:]:
        annotate("warning", refusal.message)
    for refusal in refused[:1]:
        raise refusal
    if published.passed_over:
        annotate("notice", f"the comment is not of this run: {published.passed_over}")
    action.runner.set_output("status", report.status)
    action.runner.set_output("comment-url", published.url)
    return int(is_own and delivery.is_bad(report, fail_on))


def read(workspace: Path) -> Report | None:
    """The report in the workspace, joined if there are several; None if there is none.

    Raises `UsageError` for a file that is too big or not a report.
    """
    found = _files(workspace, NAME)
    return join([_report(data) for data in found]) if found else None


def _report(data: bytes) -> Report:
    try:
        report = from_json(data)
    except _UNREADABLE as error:
        raise UsageError(f"{NAME} is not a report: {str(error)[:200]}") from error
    if _is_deeper(msgspec.to_builtins(report), DEEPEST):
        raise UsageError(f"{NAME} is not a report: it is nested more than {DEEPEST} times")
    return report


def _is_deeper(value: object, most: int) -> bool:
    """Whether lists and objects are nested more than `most` times: rendering them would recurse as deeply."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return most < 0 or any(_is_deeper(each, most - 1) for each in inner)


def read_views(workspace: Path) -> dict[str, Views]:
    """The views of the report; raises `UsageError` for a file that is not one.

    All text is escaped when rendered; places in the models are dropped: they would become annotations.
    """
    found: dict[str, Views] = {}
    try:
        for data in _files(workspace, VIEWS):
            found |= views_from_json(data)
    except _UNREADABLE as error:
        raise UsageError(f"{VIEWS} is not one: {str(error)[:200]}") from error
    return {config: msgspec.structs.replace(views, models=()) for config, views in found.items()}


def _files(workspace: Path, name: str) -> list[bytes]:
    """The file of one artifact, or those of several, which have a folder each."""
    folder = workspace / FOLDER
    alone = [path for path in (folder / name, workspace / name) if path.is_symlink() or path.is_file()][:1]
    found = alone or sorted(folder.glob(f"*/{name}"))
    if any(path.is_symlink() or path.parent.is_symlink() for path in found):
        raise UsageError(f"{name} is a link, and is not followed")
    if len(found) > MOST_JOBS + 1 or sum(path.stat().st_size for path in found) > SIZE_LIMIT:
        raise UsageError(f"{name} has more than {SIZE_LIMIT} bytes, and is not read")
    return [path.read_bytes() for path in found]


def _pull_request(action: Action, event: Finished) -> PullRequest | None:
    found = action.forge.pull_requests_from(event.head_owner, event.head_branch)
    return next((pull for pull in found if pull.head == event.head), None)
