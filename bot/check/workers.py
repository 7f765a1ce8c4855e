"""Prepares a side: its Python environment, and the workers that run its code.

In: a run, its checkouts, an Alembic environment. Out: interpreters with all packages, workers that are
confined to their checkout and the run's server.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.check.run import Run
from bot.database.addresses import Address
from bot.discovery.affected import Planned
from bot.discovery.environments import AlembicConfig
from bot.project.checkout.checkouts import Side, Workspaces
from bot.project.client.client import Worker
from bot.project.client.spec import WorkerSpec
from bot.project.environment import environments, sandbox_policy
from bot.project.environment.cache import Environment
from bot.project.environment.environments import EnvironmentRequest
from bot.project.environment.interpreters import libraries
from bot.project.environment.preparation import Preparation
from bot.project.variables import HERE
from bot.system import Confinement
from bot.system.timing import span

MEMORY = 2 * 1024**3  # bytes of address space for each process of a worker
LARGEST_FILE = 256 * 1024**2  # bytes of a file that a worker may write


@dataclass(frozen=True)
class Prepared:
    """A side's Python, and the folders that its worker adds to the path."""

    environment: Environment
    paths: tuple[Path, ...]


@span("python")
def prepare(run: Run, spaces: Workspaces, item: Planned) -> tuple[Prepared | None, Prepared]:
    """The Python of base (None when base has no such Alembic environment) and of head."""
    head = None
    if run.settings.install:  # each side has one of its own: head's trouble is told first
        head = _prepare(run, spaces, spaces.head, item.head)
    # Else both share one where their dependency files are the same, and to make it may run the checkout's code.
    base = _prepare(run, spaces, spaces.base, item.base) if item.base else None
    return base, head or _prepare(run, spaces, spaces.head, item.head)


def _prepare(run: Run, spaces: Workspaces, side: Side, config: AlembicConfig) -> Prepared:
    request = EnvironmentRequest(
        checkout=side.path,
        project=side.path / Path(config.path).parent,
        python=run.settings.python,
        install=run.settings.install,
        driver=None,
        env=run.settings.tool_env,
        sandbox=sandbox_policy.sandbox(spaces.repository, run.settings.machine),
        repository=spaces.repository.root,
        config=config,
        tree=spaces.tree_of_head if side.name == "head" else None,
        modules=run.modules,
    )
    environment = environments.prepare(
        request,
        cache_dir=run.settings.cache_dir,
        accounts=run.accounts,
        log=run.progress.log,
    )
    prepared = Prepared(environment, environments.code(environment, request, run.directory))
    with run.preparing:
        if run.settings.prepare and side.path not in run.prepared:
            run.progress.log(f"preparing {side.name}: {'; '.join(run.settings.prepare)}")
            factory = WorkerFactory(run, spaces, side, config, None)
            factory.preparation(prepared).run(run.settings.prepare)
            run.prepared.add(side.path)
    return prepared


@dataclass(frozen=True)
class WorkerFactory:
    """Makes workers for one side: `server` is where they reach one that is not our own, `database` is one
    of several that env.py has."""

    run: Run
    spaces: Workspaces
    side: Side
    config: AlembicConfig
    server: Address | None
    database: str | None = None

    def worker(self, prepared: Prepared) -> AbstractContextManager[Worker]:
        """A worker, for the time of the context."""
        run, side, python = self.run, self.side, prepared.environment.python
        env = self._variables(python)
        spec = WorkerSpec(
            python=python,
            checkout=side.path,
            cwd=side.path / self.config.cwd,
            config=side.path / self.config.path,
            kind=self.config.kind,
            section=self.config.section,
            x=run.settings.x,
            script_location=str(self.side.path / self.config.script_dir)
            if self.config.script_dir and self.config.found
            else "",
            database=self.database,
            any_database=run.any_database,
            env=env,
            paths=(*prepared.paths, *(side.path / folder for folder in run.code_folders)),
            account=run.accounts.worker,
            run_dir=run.directory,
            confinement=self._confinement(prepared, env),
            timeout=run.settings.timeout,
        )
        return Worker.start(spec)

    def preparation(self, prepared: Prepared) -> Preparation:
        """What the user's own commands run with: the same as the project's code."""
        env = self._variables(prepared.environment.python)
        home = self.run.directory / f"home-{self.side.name}"
        home.mkdir(mode=0o700)
        self.run.accounts.worker.own(home)
        confinement = self._confinement(prepared, env)
        return Preparation(
            side=self.side.name,
            checkout=self.side.path,
            home=home,
            python=prepared.environment.python,
            account=self.run.accounts.worker,
            confinement=replace(confinement, writable=(*confinement.writable, home)),
            env=env,
            timeout=self.run.settings.timeout,
        )

    def _variables(self, python: Path) -> dict[str, str]:
        found = {**self.run.settings.tool_env, **libraries(python)}
        sandbox = sandbox_policy.sandbox(self.spaces.repository, self.run.settings.machine)
        path = sandbox_policy.search_path(found.get("PATH", ""), sandbox, self.run.accounts.worker)
        given = {name: value.replace(HERE, str(self.side.path)) for name, value in self.run.settings.env.items()}
        return {**found, "PATH": path, **given}

    def _confinement(self, prepared: Prepared, env: Mapping[str, str]) -> Confinement:
        # What the bot filled in is the repository's word, and opens nothing.
        given = {name: value for name, value in env.items() if name not in self.run.filled}
        sandbox = sandbox_policy.sandbox(self.spaces.repository, self.run.settings.machine)
        needed = (
            self.side.path.parent,
            *prepared.paths,
            *sandbox_policy.python_paths(prepared.environment.python, sandbox),
            *sandbox_policy.paths_in_env(given),
        )
        sockets = (Path(self.server.host),) if self.server and self.server.host.startswith("/") else ()
        return replace(
            sandbox,
            readable=(*sandbox.readable, *needed),
            writable=(self.side.path,),
            ports=() if sockets or self.server is None else (self.server.port,),
            sockets=sockets,
            memory_bytes=MEMORY,
            largest_file=LARGEST_FILE,
        )
