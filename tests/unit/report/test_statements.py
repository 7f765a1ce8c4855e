"""The SQL that ran, with what is known of each statement."""

from bot.model import Lock, Preflight, Statement
from bot.report.statements import preflight, scripts
from tests.support import reports


def said_of(statement: Statement) -> str:
    (script,) = scripts([reports.migration(statements=[statement])])
    return script.sql.splitlines()[0]


def test_locks_rewrites_and_scans() -> None:
    locks = [
        Lock(table="job", mode="AccessExclusiveLock"),
        Lock(table="job_pkey", mode="AccessExclusiveLock", index_of="job"),
    ]
    statement = Statement(
        direction="upgrade", sql="x", line=3, locks=locks, rewrites=["job", "job_pkey"], scans=["job"]
    )
    assert said_of(statement) == (
        "-- line 3, 0.000 s, AccessExclusiveLock on job, rewrites job and job_pkey, reads job"
    )


def test_an_index_that_is_locked_otherwise_than_its_table_is_named() -> None:
    locks = [
        Lock(table="job", mode="ShareLock"),
        Lock(table="job_pkey", mode="AccessExclusiveLock", index_of="job"),
    ]
    assert said_of(Statement(direction="upgrade", sql="x", locks=locks)).endswith(
        "ShareLock on job and AccessExclusiveLock on job_pkey"
    )


def test_a_lock_that_is_held_is_told_with_its_line() -> None:
    locks = [Lock(table="job", mode="AccessExclusiveLock", held_since=2)]
    assert said_of(Statement(direction="upgrade", sql="x", locks=locks)).endswith(
        "AccessExclusiveLock on job since line 2"
    )


def test_what_was_not_observed_is_not_called_harmless() -> None:
    said = said_of(Statement(direction="upgrade", sql="x", observed=False))
    assert said == "-- 0.000 s, locks not observed: it ends its transaction"


def test_a_query_of_a_subject_without_words_is_shown_as_well() -> None:
    """A report may come from a job that ran the code of a fork."""
    shown = preflight([reports.project(preflight=[Preflight(subject="", sql="SELECT 0")])])
    assert shown == "-- : must be 0\nSELECT 0;\n"
