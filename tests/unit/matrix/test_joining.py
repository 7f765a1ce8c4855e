"""Reports of several jobs as one."""

import pytest
from msgspec.structs import replace

from bot.errors import UsageError
from bot.matrix.joining import join
from bot.matrix.planning import NO_REPORT
from bot.model import Failure, Project, Report
from bot.report.comment import LIMIT, comment


def _awaited(config: str) -> Project:
    return Project(config=config, status="error", error=Failure(kind=NO_REPORT, message="left no report"))


def _report(*projects: Project, total: float = 1.0, head: str = "b" * 40) -> Report:
    return Report(status="proven", base="a" * 40, head=head, seconds={"total": total}, projects=list(projects))


PLANNED = _report(_awaited("a.ini"), _awaited("b.ini"))
A, B = Project(config="a.ini", status="proven"), Project(config="b.ini", status="unchanged")


def test_what_a_job_reports_takes_the_place_of_what_was_planned() -> None:
    joined = join([PLANNED, _report(B, total=9.0), _report(A)])
    assert joined.projects == [A, B]
    assert joined.status == "proven"
    assert joined.seconds == {"total": 9.0}


def test_a_job_without_a_report_is_an_error() -> None:
    joined = join([_report(A), PLANNED])
    assert [project.status for project in joined.projects] == ["proven", "error"]
    assert joined.status == "error"


def test_the_status_is_that_of_the_parts() -> None:
    assert join([_report(replace(A, status="failed"))]).status == "failed"
    assert join([_report(), _report()]).status == "unchanged"


def test_reports_of_two_changes_are_not_joined() -> None:
    with pytest.raises(UsageError, match=r"another of a{12}\.\.c{12}"):
        join([PLANNED, _report(A, head="c" * 40)])


def test_the_comment_of_very_many_is_within_its_limit() -> None:
    many = [Project(config=f"services/number{number}/alembic.ini", status="proven") for number in range(1_000)]
    text = comment(join([_report(*many), _report(A)]))
    assert len(text) < LIMIT
    assert "1001 Alembic environments: 1001 proven" in text
