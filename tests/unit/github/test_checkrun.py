"""The limits of a check run: bytes of its summary, annotations."""

from typing import Any

import pytest

from bot.github.checkrun import (
    MESSAGE_LIMIT,
    MOST_ANNOTATIONS,
    SUMMARY_LIMIT,
    CheckRequest,
    check_run,
    conclusion,
)
from bot.model import MIGRATION_MISSING, Failure, Finding, Project, Report, Status, Where
from bot.settings import FailOn


def request(summary: str) -> CheckRequest:
    return CheckRequest("Migration", "1" * 40, summary, "https://example.org/", "error")


def test_a_summary_is_cut_at_bytes_and_not_within_a_letter() -> None:
    made = check_run(Report("proven", "a", "b"), {}, request("x" + "Ж" * SUMMARY_LIMIT))
    assert len(made.summary.encode()) == SUMMARY_LIMIT - 1 + SUMMARY_LIMIT % 2
    assert made.summary.endswith("Ж")


def test_a_hundred_annotations_are_the_most() -> None:
    notes = [
        Finding(code="x", severity="notice", title=f"note {n}", detail="", advice="", where=Where("models.py", n + 1))
        for n in range(150)
    ]
    made = check_run(
        Report("proven", "a", "b", projects=[Project("alembic.ini", "proven", findings=notes)]), {}, request("")
    )
    assert len(made.annotations) == MOST_ANNOTATIONS == 100


def test_a_long_message_of_an_annotation_is_cut_at_bytes_and_nothing_in_it_hides() -> None:
    hidden = "a\u202eb\x00"
    note = Finding(
        code="x",
        severity="notice",
        title=hidden * 100,
        detail="Ж" * 64_000 + "\ud800",
        advice="Name it with --config.",
        where=Where(path="models.py", line=1),
    )
    [made] = check_run(_report("proven", findings=[note]), {}, request("")).annotations
    assert len(made.message.encode()) == MESSAGE_LIMIT
    assert made.title.startswith("a\\u202eb\\x00a")
    assert len(made.title) == 255


def test_advice_names_inputs_and_a_title_hides_nothing() -> None:
    note = Finding(
        code="x",
        severity="notice",
        title="t",
        detail="",
        advice="Name it with --config.",
        where=Where(path="m.py", line=1),
    )
    failure = Failure(kind="x", message="no \u202e such")
    made = check_run(_report("error", findings=[note], error=failure), {}, request(""))
    assert made.title == "no verdict: no \\u202e such"
    assert made.annotations[0].message == "Name it with the input `config`."


def _report(status: Status, **project: Any) -> Report:
    return Report(status=status, base="a", head="b", projects=[Project(config="alembic.ini", status=status, **project)])


MISSING = Finding(code=MIGRATION_MISSING, severity="notice", title="", detail="")


@pytest.mark.parametrize(
    ("status", "missing", "fail_on", "expected"),
    [
        ("unchanged", False, "error", "success"),
        ("proven", False, "error", "success"),
        ("proven", False, "warning", "success"),
        ("warning", False, "error", "neutral"),
        ("warning", False, "never", "neutral"),
        ("warning", False, "warning", "failure"),
        ("failed", False, "error", "failure"),
        ("failed", False, "warning", "failure"),
        ("failed", False, "never", "neutral"),
        ("error", False, "error", "failure"),
        ("error", False, "never", "neutral"),
        ("proven", True, "error", "action_required"),
        ("warning", True, "error", "action_required"),
        ("warning", True, "warning", "action_required"),
        ("proven", True, "never", "neutral"),
        ("failed", True, "error", "failure"),
        ("error", True, "error", "failure"),
        ("failed", True, "never", "neutral"),
    ],
)
def test_the_conclusion(status: Status, *, missing: bool, fail_on: FailOn, expected: str) -> None:
    project = Project("alembic.ini", status, findings=[MISSING] if missing else [])
    assert conclusion(Report(status, "a", "b", projects=[project]), fail_on) == expected
