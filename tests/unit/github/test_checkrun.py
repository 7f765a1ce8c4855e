"""The limits of a check run: bytes of its summary, annotations."""

from bot.github.checkrun import MOST_ANNOTATIONS, SUMMARY_LIMIT, CheckRequest, check_run
from bot.model import Finding, Project, Report, Where


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
