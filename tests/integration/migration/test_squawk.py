"""squawk's remarks on statements that are sent, beside what the server says of them."""

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.findings.facts import Facts
from bot.findings.registry import rules
from bot.migration.trace import squawk
from bot.migration.trace.replay import StatementFacts
from bot.model import Finding
from tests.integration.migration.test_deploy_findings import FACTS, HARMLESS, KNOWN
from tests.integration.migration.test_own_migrations import ACCOUNT, based, second
from tests.support.changes import Change, finding
from tests.support.process import TEMPORARY

PLAIN = StatementFacts(revision="a1", sql="", line=None, seconds=0.0)


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the project's development environment has it."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert shutil.which("squawk")


def sent(*statements: str) -> list[StatementFacts]:
    return [replace(PLAIN, sql=sql, line=number) for number, sql in enumerate(statements, 1)]


def said(*statements: str) -> list[Finding]:
    remarks, failed = squawk.remarks(sent(*statements), 15, TEMPORARY)
    assert not failed
    facts: Facts = replace(FACTS, remarks=tuple(remarks))
    return [found for rule in rules() for found in rule.check(facts)]


def test_a_remark_stands_at_the_line_of_its_statement() -> None:
    (found,) = said("SELECT 1", "-- two\n-- lines\nALTER TABLE t ADD c char(3)", "ALTER TABLE t ADD d char(4) -- why")
    assert found.where is not None
    assert (found.where.path, found.where.line) == ("a.py", 2)
    assert "`character`" in found.title
    assert found.detail == "squawk's rule ban-char-field. It says so of line 2, line 3."


def test_what_the_server_has_answered_is_not_said_again() -> None:
    """Each of these is a warning of squawk's; five of them are wrong on the server."""
    assert not said(
        "CREATE INDEX made ON purchase (amount)",
        "ALTER TABLE purchase ALTER amount SET NOT NULL",
        "ALTER TABLE purchase ADD CHECK (amount > 0)",
        "ALTER TABLE purchase ADD UNIQUE (amount)",
        "ALTER TABLE purchase DROP COLUMN amount",
        "ALTER TABLE purchase RENAME amount TO total",
        "DROP TABLE purchase",
        "ALTER TABLE purchase ALTER note TYPE varchar(50)",
        "ALTER TABLE purchase ALTER note TYPE text",
        "ALTER TABLE purchase ALTER bought TYPE timestamptz",
        "ALTER TABLE purchase ADD CONSTRAINT made FOREIGN KEY (customer_id) REFERENCES customer",
        "ALTER TABLE purchase ADD luck float DEFAULT random()",
    )


@pytest.mark.parametrize("name", HARMLESS)
def test_it_is_silent_on_what_keeps_nobody_out(name: str) -> None:
    codes = {found.detail for found in said(KNOWN[name]["sql"])}
    assert codes <= {"squawk's rule require-enum-value-ordering."}  # of another kind: where the label goes


@pytest.fixture
def another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of that name that is none."""
    program = tmp_path / "squawk"
    program.write_text("#!/bin/sh\necho no JSON\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return program


def test_without_an_answer_there_is_a_note_and_the_run_goes_on(another: Path) -> None:
    assert another.is_file()
    remarks, failed = squawk.remarks(sent("SELECT 1"), 15, TEMPORARY)
    assert not remarks
    assert failed.startswith("squawk gave no answer")


def test_without_squawk_nothing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert squawk.remarks(sent("ALTER TABLE t ADD c char(3)"), 15, TEMPORARY) == ([], "")


def test_a_whole_check_has_its_remarks(change: Change) -> None:
    based(change)
    added = second("op.add_column('account', sa.Column('code', sa.CHAR(3)))", "op.drop_column('account', 'code')")
    project = change.check(ACCOUNT + "    code = Column(sa.CHAR(3))\n", added)
    found = finding(project, "squawk")
    assert found.severity == "notice"
    assert found.where is not None
    assert (found.where.path, found.where.line) == (project.migrations[0].path, 9)
