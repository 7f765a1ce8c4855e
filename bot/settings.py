"""Settings: what the user asked for, from options, action inputs and `[tool.migration-bot]`.

The only reader of `os.environ`. Everything after this module receives values.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

FailOn = Literal["error", "warning", "never"]
BaselineChoice = Literal["auto", "migrations", "models"]


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """The author's answers, as written: `OLD=NEW`, `TABLE.COLUMN=SQL`."""

    renames: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    usings: tuple[str, ...] = ()
    decided: Literal["command", "setting"] = "command"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One run. Paths are absolute; empty strings and tuples mean "not given"."""

    repo: Path
    base: str = ""
    head: str = ""
    configs: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    database: str = "embedded"
    python: str = "auto"
    install: str = ""
    baseline: BaselineChoice = "auto"
    setup: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    decisions: Decisions = Decisions()
    include_drift: bool = False
    write: bool = False
    output_dir: Path | None = None
    format: Literal["text", "markdown", "json"] = "text"
    fail_on: FailOn = "error"
    cache: bool = True
    cache_dir: Path
    verbose: bool = False


def environment() -> dict[str, str]:
    """A copy of this process's environment."""
    return dict(os.environ)
