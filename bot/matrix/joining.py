"""Joins the reports of several jobs. Pure.

In: reports of the same change, the one that `plan` wrote among them. Out: one report; an environment that was planned
and of which no job reports keeps its error.
"""

from collections.abc import Sequence

import msgspec

from bot.errors import UsageError
from bot.matrix.planning import NO_REPORT
from bot.model import Project, Report, worst


def join(reports: Sequence[Report]) -> Report:
    """One report of all of them; raises `UsageError` when they are not of one change.

    The status is not taken from the reports: they could say more than their parts.
    """
    first = reports[0]
    if len(reports) == 1:
        return msgspec.structs.replace(first, status=worst([project.status for project in first.projects]))
    for other in reports[1:]:
        if (other.base, other.head) != (first.base, first.head):
            raise UsageError(
                f"one report is about {_change(first)}, another of {_change(other)}",
                "Download the artifacts of one run only.",
            )
    projects = _projects([project for report in reports for project in report.projects])
    totals = [report.seconds["total"] for report in reports if "total" in report.seconds]
    return Report(
        status=worst([project.status for project in projects]),
        base=first.base,
        head=first.head,
        seconds={"total": max(totals)} if totals else {},
        projects=projects,
    )


def _projects(found: Sequence[Project]) -> list[Project]:
    """By configuration, without the errors of those that a job reports of."""
    reported = {project.config for project in found if not _is_awaited(project)}
    kept = [project for project in found if not _is_awaited(project) or project.config not in reported]
    return sorted(kept, key=lambda project: project.config)


def _is_awaited(project: Project) -> bool:
    return project.error is not None and project.error.kind == NO_REPORT


def _change(report: Report) -> str:
    return f"{report.base[:12]}..{(report.head or 'the working tree')[:12]}"
