"""A worker that is confined beside one that is not, started in turn: wall seconds and their ratio, as medians.

From the start of the project's Python until Alembic and SQLAlchemy are imported and the first answer is there. Both
have the same account, environment and files; a first, uncounted round fills all caches. An ordinary user's are confined
otherwise than root's: start this as one (`setpriv --reuid NAME --regid NAME --clear-groups`).
"""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.side_by_side import show
from bot import demo, system
from bot.check.workers import LARGEST_FILE, MEMORY
from bot.project.checkout.git import Git, Repository
from bot.project.client.process import WorkerProcess
from bot.project.client.spec import WorkerSpec
from bot.project.environment import sandbox_policy
from bot.project.environment.existing import usable_interpreter
from bot.project.environment.interpreters import Interpreters, libraries
from bot.settings import Machine
from bot.system import confinement, run_directories


class _Free(WorkerProcess):
    """A worker of the same account that nothing but its account confines."""

    def _confinement(self) -> None:  # type: ignore[override]
        return None


def main() -> None:
    """Start both `--pairs` times and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=25)
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="one that has Alembic")
    options = parser.parse_args()
    system.become_subreaper()
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        demo.make_repository(Path(name, "repository"))
        with run_directories.run_directory(Path(name)) as run:
            python = usable_interpreter(options.python, Interpreters(system.accounts().worker, Path(name, "cache")))
            spec = _spec(Path(name, "repository"), run, python)
            print(f"{confinement.layers(spec.account)}\n")
            pairs = [(_started(WorkerProcess, spec), _started(_Free, spec)) for _ in range(options.pairs + 1)]
    show("confined", "not confined", pairs[1:])


def _spec(repository: Path, run: Path, python: Path) -> WorkerSpec:
    """As a check has it, with a server of the run's own."""
    machine = Machine.here()
    sandbox = sandbox_policy.sandbox(Repository.open(Git(machine.environ), repository), machine)
    server = run / "server"
    server.mkdir(mode=0o755)
    account = system.accounts().worker
    return WorkerSpec(
        python=python,
        checkout=repository,
        cwd=repository,
        config=repository / "alembic.ini",
        kind="ini",
        section="alembic",
        env={"PATH": os.defpath, **libraries(python)},
        paths=(),
        account=account,
        run_dir=run,
        confinement=replace(
            sandbox,
            readable=(*sandbox.readable, repository, *sandbox_policy.python_paths(python, sandbox)),
            writable=(repository,),
            ports=(),
            sockets=(server,),
            memory_bytes=MEMORY,
            largest_file=LARGEST_FILE,
        ),
        timeout=60,
    )


def _started(kind: type[WorkerProcess], spec: WorkerSpec) -> float:
    worker = kind(spec)
    try:
        started = time.perf_counter()
        worker.ask("load", {})
        return time.perf_counter() - started
    finally:
        worker.close()


if __name__ == "__main__":
    main()
