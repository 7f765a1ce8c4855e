"""What is said of the locks of a deployment."""

from bot.model import Deploy, DeployLock, TableUse
from bot.report.comment import comment
from bot.report.deploying import deploy
from tests.support import reports

READ = DeployLock(
    table="job", mode="ShareLock", keeps_out="writers", line=7, rows="read", later_statements=1, lock_timeout="3s"
)
HELD = DeployLock(table="tag", mode="AccessExclusiveLock", keeps_out="readers and writers")


def test_each_lock_in_one_line() -> None:
    view = deploy(reports.project(deploy=Deploy(noon="no", locks=[READ, HELD])))
    assert view is not None
    assert view.locks == (
        "line 7: ShareLock on job: writers wait, its rows are read, held while 1 more statement runs,"
        " waits for 3s at most",
        "AccessExclusiveLock on tag: readers and writers wait, no rows are read, no lock_timeout",
    )


def test_many_locks_are_counted() -> None:
    view = deploy(reports.project(deploy=Deploy(noon="no", locks=[HELD] * 11)))
    assert view is not None
    assert view.locks[-1] == "… and 3 more"


def test_nothing_is_said_where_nothing_ran() -> None:
    assert deploy(reports.project()) is None
    assert deploy(reports.project(deploy=Deploy())) is None


def test_the_comment_has_the_answer() -> None:
    project = reports.project(deploy=Deploy(noon="yes: nobody waits", locks=[READ]))
    text = comment(reports.report(project))
    assert "- 🔒 Deploy it while the application is in use? yes: nobody waits\n" in text
    assert "old and new code make of it</summary>\n\n- line 7: " in text


def test_a_use_without_a_reason_is_shown_as_well() -> None:
    """A report may come from a job that ran the code of a fork."""
    view = deploy(reports.project(deploy=Deploy(noon="yes", old_code=[TableUse(table="job", verdict="breaks")])))
    assert view is not None
    assert view.uses == ("old code on the new schema breaks: job",)
