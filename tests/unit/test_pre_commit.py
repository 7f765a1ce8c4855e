"""The hook for pre-commit starts a command that there is, for the files that matter."""

import re
import shlex
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from bot.cli import parser

ROOT = Path(__file__).parents[2]
HOOK: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())[0]


def test_its_command_line_can_be_read() -> None:
    program, *words = shlex.split(HOOK["entry"])
    assert program == "migration-bot"
    options = vars(parser().parse_args(words))
    assert (options["command"], options["require-migration"]) == ("check", True)


def test_it_brings_the_server_that_the_extra_brings() -> None:
    assert HOOK["language"] == "python"
    assert all(f'"{wanted}"' in (ROOT / "pyproject.toml").read_text() for wanted in HOOK["additional_dependencies"])


def test_it_is_started_for_what_migrations_depend_on() -> None:
    started = ("models.py", "alembic.ini", "db/pyproject.toml", "migrations/script.py.mako", "setup.sql")
    assert all(re.search(HOOK["files"], path) for path in started)
    assert not re.search(HOOK["files"], "README.md")
    assert HOOK["pass_filenames"] is False
    assert set(HOOK["stages"]) == {"pre-push", "manual"}
