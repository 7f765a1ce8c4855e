"""The first job of a matrix: which jobs are needed.

In: the runner, the event. Out: the outputs `matrix` and `jobs`, and a report that `publish` begins with.
"""

from bot.action.checking import Commits, commits_of, dispatched, fetch, fetched, settings_for
from bot.action.run import Action
from bot.action.runner import annotate, no_commands
from bot.check import delivery
from bot.errors import UsageError
from bot.matrix.planning import plan
from bot.report.progress import Progress
from bot.request.event import Dispatch, Event, MergeGroup, PullRequest
from bot.request.replay import Decided


def plan_jobs(action: Action, found: Event) -> int:
    """Write the outputs; raises `UsageError` for an event without a change to check."""
    runner, commits = action.runner, _fetched(action, found)
    chosen = settings_for(runner, action.machine, commits, Decided(), require_migration=False)
    with no_commands(), Progress(verbose=chosen.verbose) as progress:
        made = plan(chosen, progress)
        delivery.keep(chosen, made.report)
    for job in made.jobs:
        annotate("notice", f"job {job.number}: {', '.join(job.config.splitlines())} ({job.reason})")
    runner.set_output("matrix", made.matrix)
    runner.set_output("jobs", str(len(made.jobs)))
    return 0


def _fetched(action: Action, found: Event) -> Commits:
    if isinstance(found, PullRequest):
        return commits_of(fetched(action.runner, action.remote, found))
    if isinstance(found, MergeGroup):
        commits = Commits(found.base, found.head)
        fetch(action.runner, action.remote, commits)
        return commits
    if isinstance(found, Dispatch):
        return dispatched(action.runner, action.remote, found)
    raise UsageError("mode: plan is for workflows that start on pull requests, merge groups or by hand")
