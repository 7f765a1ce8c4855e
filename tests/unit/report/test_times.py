"""How long the upgrade takes, in words."""

from bot.model import Deploy, DeployLock, Seconds, StatementTime, TableSize, Times
from bot.report.comment import comment
from bot.report.deploying import deploy
from bot.report.times import how_long, seconds
from tests.support import reports

INDEX = StatementTime(
    sql="CREATE INDEX i ON job (name)",
    line=9,
    measured=[0.1, 0.2, 0.4],
    per_million=2.04,
    foretold=Seconds(low=18.2, high=44.9),
)
BRIEF = StatementTime(sql="ALTER TABLE job ADD x int", line=8, foretold=Seconds(low=0.001, high=0.002))
JOB = TableSize(table="job", rows=12_000_000, measured=200_000)
TIMES = Times(
    measured=[50_000, 100_000, 200_000],
    rows=12_000_000,
    foretold=Seconds(low=18.3, high=45.1),
    tables=[JOB],
    statements=[INDEX, BRIEF],
)


def test_the_whole_first_then_what_takes_the_most_of_it() -> None:
    assert how_long(TIMES) == (
        "18 to 45 s with 12,000,000 rows in job, foretold from 200,000 here",
        "line 9: 18 to 45 s, 2.0 s for each million rows more: CREATE INDEX i ON job (name)",
    )


def test_what_was_measured_in_full_is_not_foretold() -> None:
    whole = Times(measured=[1_000], rows=1_000, foretold=Seconds(low=0.1, high=0.2), statements=[BRIEF])
    assert how_long(whole) == ("less than a second with 1,000 rows, measured here",)


def test_an_upgrade_that_stops_and_a_table_that_does_not_grow_are_said() -> None:
    few = TableSize(table="mood", rows=9, measured=3, limited=True)
    assert how_long(Times(stopped="with 50,000 rows: it took too long", tables=[few])) == (
        "not known: the upgrade stops with 50,000 rows: it took too long",
        "mood had 3 rows only: more could not be made of those that it takes",
    )


def test_ranges_are_short() -> None:
    assert seconds(Seconds(low=0.2, high=0.9)) == "less than a second"
    assert seconds(Seconds(low=1.234, high=2.345)) == "1.2 to 2.3 s"
    assert seconds(Seconds(low=123.4, high=234.5)) == "120 to 230 s"
    assert seconds(Seconds(low=1234, high=4321)) == "21 to 72 min"


def test_the_comment_has_the_answer_and_how_long_each_lock_is_held() -> None:
    lock = DeployLock(table="job", mode="ShareLock", keeps_out="writers", line=9, rows="read", seconds=INDEX.foretold)
    project = reports.project(deploy=Deploy(noon="no", locks=[lock], times=TIMES))
    text = comment(reports.report(project))
    assert "- ⏱️ How long does it take? 18 to 45 s with 12,000,000 rows in job" in text
    assert "writers wait, its rows are read, for 18 to 45 s, no lock\\_timeout" in text
    view = deploy(project)
    assert view is not None
    assert view.times == how_long(TIMES)
