"""`migration-bot plan`: the Alembic environments that a change can touch, as jobs of a matrix.

In: the settings of `check`. Out: JSON for `strategy.matrix`, and a report to begin with, which the reports of the
jobs are joined to: it has an error for each environment whose job leaves no report, and what is said of environments
that the change removes. No code of the project runs, and no Python environment or server is made.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass

from bot.check import assembly, delivery, pipeline
from bot.check.run import begin
from bot.errors import machine_trouble
from bot.model import Failure, Project, Report, worst
from bot.project.checkout import checkouts
from bot.report.progress import Progress
from bot.settings import Settings

MOST_JOBS = 256  # of one matrix: "Running variations of jobs in a workflow", GitHub's documentation
NO_REPORT = "no-report"
_LONGEST_REASON = 200  # characters


@dataclass(frozen=True)
class Job:
    """`config` has a configuration on each line, as the action's input takes them."""

    number: int
    config: str
    reason: str


@dataclass(frozen=True)
class JobPlan:
    jobs: tuple[Job, ...]
    report: Report

    @property
    def matrix(self) -> str:
        """One line of JSON. A matrix without jobs is an error to GitHub: the job needs an `if`."""
        return json.dumps({"include": [asdict(job) for job in self.jobs]})


def plan(settings: Settings, progress: Progress) -> JobPlan:
    """What there is to do; raises `BotError` as `check` does before it examines anything."""
    with machine_trouble(settings.machine.temporary), ExitStack() as stack:
        run = stack.enter_context(begin(settings, progress))
        spaces = stack.enter_context(
            checkouts.prepare(run.git, settings.repo, settings.base, settings.head, run.directory, run.accounts.worker)
        )
        planned = pipeline.planned(settings, spaces)
        reasons: dict[str, str] = {}
        for item in planned.configs:
            reasons.setdefault(item.head.path, item.reason)
        jobs = tuple(grouped(list(reasons.items())))
        removed = [assembly.removed(config, spaces.head.path).project for config in planned.removed]
        awaited = [_awaited(job.number, path) for job in jobs for path in job.config.splitlines()]
        if not jobs and planned.reason:
            progress.log(planned.reason)
        projects = [*awaited, *removed]
        status = worst([project.status for project in projects])
        base, head = spaces.base.commit or "", spaces.head.commit
        return JobPlan(jobs, Report(status=status, base=base, head=head, projects=projects))


def grouped(reasons: Sequence[tuple[str, str]], most: int = MOST_JOBS) -> list[Job]:
    """A job for each configuration; where there are more than `most`, several in each."""
    size = max(1, -(-len(reasons) // most))
    groups = [reasons[first : first + size] for first in range(0, len(reasons), size)]
    return [Job(number, "\n".join(path for path, _ in group), _reason(group)) for number, group in enumerate(groups, 1)]


def _reason(group: Sequence[tuple[str, str]]) -> str:
    more = f", and {len(group) - 1} more" if len(group) > 1 else ""
    return group[0][1][:_LONGEST_REASON] + more


def _awaited(number: int, config: str) -> Project:
    failure = Failure(
        kind=NO_REPORT,
        message=f"job {number}, which checks it, left no report",
        advice="See the log of that job.",
    )
    return Project(config=config, status="error", error=failure)


def plan_and_print(settings: Settings) -> int:
    """The whole of `migration-bot plan`: the matrix on standard output, the report in `--output-dir`."""
    with Progress(verbose=settings.verbose) as progress:
        made = plan(settings, progress)
        for job in made.jobs:
            progress.log(f"job {job.number}: {', '.join(job.config.splitlines())} ({job.reason})")
    delivery.keep(settings, made.report)
    sys.stdout.write(made.matrix + "\n")
    return 0
