"""Comments in a migration that answer a notice."""

import pytest

from bot.findings.ignored import without_ignored
from bot.model import Finding, Migration, Severity, Where


def migration(source: str, path: str = "a.py", *, own: bool = True) -> Migration:
    origin = "pull_request" if own else "generated"
    return Migration(path=path, revision="a", down_revision=None, origin=origin, source=source)  # type: ignore[arg-type]


def found(code: str = "table-rewrite", severity: Severity = "notice", path: str | None = "a.py") -> Finding:
    where = Where(path=path, line=9) if path else None
    return Finding(code=code, severity=severity, title="", detail="", where=where)


def left(source: str, *findings: Finding, own: bool = True) -> list[str]:
    return [finding.code for finding in without_ignored([migration(source, own=own)], findings)]


REASON = "x = 1  # migration-bot: ignore table-rewrite because it has ten rows\n"


def test_a_notice_is_answered_with_a_reason() -> None:
    assert left(REASON, found(), found("work-under-lock")) == ["work-under-lock"]
    assert left(REASON, found(path=None)) == []


@pytest.mark.parametrize("reason", ["", " because", " because ", " it is small"])
def test_without_a_reason_nothing_is_answered(reason: str) -> None:
    source = f"# migration-bot: ignore table-rewrite{reason}\n"
    assert left(source, found()) == ["table-rewrite", "ignored-in-vain"]


def test_a_comment_without_a_reason_is_told_of_with_its_line() -> None:
    (_, told) = without_ignored([migration("\n# migration-bot: ignore table-rewrite\n")], [found()])
    assert (told.code, told.severity, told.where) == ("ignored-in-vain", "notice", Where(path="a.py", line=2))


def test_a_comment_that_answers_nothing_is_told_of() -> None:
    assert left(REASON) == ["ignored-in-vain"]
    assert left(REASON, found(path="other.py")) == ["table-rewrite", "ignored-in-vain"]


@pytest.mark.parametrize("severity", ["error", "warning"])
def test_a_change_cannot_loosen_its_own_check(severity: Severity) -> None:
    assert left(REASON, found(severity=severity)) == ["table-rewrite", "ignored-in-vain"]


def test_strings_and_generated_files_are_no_comments() -> None:
    assert left(f'"""\n{REASON}"""\n', found()) == ["table-rewrite"]
    assert left(REASON, found(), own=False) == ["table-rewrite"]


def test_a_file_that_is_no_python_is_left_to_who_runs_it() -> None:
    assert left("def (:\n  '''\n", found()) == ["table-rewrite"]
