"""What a worker is started with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.system import Account, Confinement


@dataclass(frozen=True)
class WorkerSpec:
    """Where a project is and what its code may use.

    `kind` is how Alembic is configured: `scripts` means not at all, and `config` is env.py then.
    `script_location` wins over the configuration's own, `database` is one of several of env.py's, None for the first.
    `x` are the arguments of Alembic's own `-x`; `env` is the complete environment of its code; `paths` are further
    entries of `sys.path`, after the checkout's own; `confinement` is what the kernel lets it do, besides writing to a
    home of its own; `timeout` is in seconds, for each task.
    """

    python: Path
    checkout: Path
    cwd: Path
    config: Path
    kind: Literal["ini", "pyproject", "flask", "scripts"]
    section: str
    env: Mapping[str, str]
    paths: tuple[Path, ...]
    account: Account
    run_dir: Path
    confinement: Confinement
    timeout: float
    x: tuple[str, ...] = ()
    script_location: str = ""
    database: str | None = None
    any_database: bool = False
