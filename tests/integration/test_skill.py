"""The skill for agents: failing changes are mended by nothing but what report.json says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot.model import Report, to_json
from tests.support import reports
from tests.support.command import Repository, empty, repository
from tests.support.projects import MODELS

__all__ = ["empty", "repository"]

SKILL = Path(__file__).parents[2] / "skills/migration-bot"
ROUNDS = 3
COLUMN = "    age = sa.Column(sa.Integer)\n"
OWN = """
revision = "b2"
down_revision = "a1"
from alembic import op
import sqlalchemy as sa

def upgrade():
    {}

def downgrade():
    {}
"""
ADDS = OWN.format('op.add_column("job", sa.Column("age", sa.Integer()))', 'op.drop_column("job", "age")')
MISTAKEN = OWN.format('op.add_column("jobs", sa.Column("age", sa.Integer()))', 'op.drop_column("jobs", "age")')
OWN_PATH = "migrations/versions/b2_second.py"
VALUE = "7"  # what the author says that existing rows get
CASES: dict[str, dict[str, str]] = {
    "no migration": {"models.py": MODELS + COLUMN},
    "an incomplete migration": {
        "models.py": MODELS + COLUMN.replace("Integer)", "Integer, index=True)"),
        OWN_PATH: ADDS,
    },
    "a migration that stops": {"models.py": MODELS + COLUMN, OWN_PATH: MISTAKEN},
    "a required column": {"models.py": MODELS + COLUMN.replace("Integer)", "Integer, nullable=False)")},
    "a column that was renamed": {"models.py": MODELS.replace("    name = ", "    title = ")},
}


def ask(what: str, report: Path, root: Path) -> list[str]:
    command = [sys.executable, str(SKILL / "report.py"), what, str(report), "--repo", str(root)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def answers(lines: list[str]) -> list[str]:
    """The options that the questions are answered with, as they stand there."""
    options = [line.partition("answer with ")[2] for line in lines if "answer with " in line]
    return [word.replace("VALUE", VALUE) for option in options for word in shlex.split(option)]


@pytest.mark.parametrize("files", CASES.values(), ids=CASES)
def test_a_failing_change_is_mended_by_the_advice_of_its_report(repository: Repository, files: dict[str, str]) -> None:
    repository.write(files)
    report = repository.root.parent / "report.json"
    options: list[str] = []
    for number in range(ROUNDS):
        ended = repository.check("--require-migration", "--fail-on", "warning", *options)
        report.write_text(ended.out)
        if ended.code == 0:
            assert number > 0, "there was nothing to mend"
            assert ended.report.status == "proven"
            return
        assert ended.code == 1
        found = answers(ask("todo", report, repository.root))
        options += found
        if not found:
            assert ask("apply", report, repository.root)
    raise AssertionError(report.read_text())


def test_the_answer_to_noon_is_there_without_the_rest(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_bytes(to_json(reports.report(reports.project())))
    assert ask("todo", report, tmp_path)
    assert ask("deploy", report, tmp_path) == []


@pytest.mark.parametrize("path", ["../out.py", "/tmp/out.py", "a/../../out.py", "script.sh"])
def test_a_file_is_written_into_the_repository_alone(tmp_path: Path, path: str) -> None:
    text = to_json(reports.report(reports.project())).decode()
    report = tmp_path / "report.json"
    changed = re.sub(r'"path": "[^"]*versions[^"]*"', f'"path": "{path}"', text)
    assert changed != text
    report.write_text(changed)
    command = [sys.executable, str(SKILL / "report.py"), "apply", str(report), "--repo", str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "no place for a migration" in done.stderr


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2}', '{"version": 1, "projects": [1]}'])
def test_what_is_no_report_is_said_in_a_line(tmp_path: Path, text: str) -> None:
    report = tmp_path / "report.json"
    report.write_text(text)
    for what in ("todo", "apply", "deploy"):
        command = [sys.executable, str(SKILL / "report.py"), what, str(report)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1


def test_the_page_names_each_command() -> None:
    page = (SKILL / "SKILL.md").read_text()
    assert re.match(r"---\nname: migration-bot\ndescription: .+\n---\n", page)
    assert re.findall(r"report\.py (\w+) report\.json", page) == ["todo", "apply", "deploy"]


def test_the_commands_read_what_the_report_has() -> None:
    """No field that they ask for is one that the report does not know."""
    known = set(re.findall(r'"(\w+)":', to_json(reports.report(reports.project())).decode()))
    assert {"projects", "findings", "decisions", "migrations", "deploy"} <= known
    assert isinstance(reports.report(), Report)
