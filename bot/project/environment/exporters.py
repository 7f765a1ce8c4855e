"""Lock files read by the tools that write them: what poetry, pdm and pipenv say is to be installed.

In: the files that were found, and where tools can be kept. Out: requirement lines, or None where the tool cannot be
had, does not run, or takes too long: then the file is read by hand. A tool is installed once, from wheels alone, as the
worker's account, belongs to the bot afterwards, and runs confined: it loads plug-ins that a project names.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import BotError
from bot.project.environment import groups, interpreters, sandbox_policy, uv
from bot.project.environment.dependencies import Found
from bot.project.environment.interpreters import Interpreters
from bot.project.environment.ownership import take_over
from bot.system import Completed, Confinement, remove, run_confined
from bot.system.atomic import write_whole

_INSTALLING, _RUNNING = 180.0, 90.0  # seconds
_PYTHON = ">=3.10"  # what today's versions of these tools need


@dataclass(frozen=True)
class Tool:
    """`packages` bring it; `words` make it print requirement lines; `env` keeps it from doing more than that."""

    packages: tuple[str, ...]
    words: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)


TOOLS = {
    "poetry.lock": Tool(
        ("poetry", "poetry-plugin-export"),
        ("poetry", "export", "--without-hashes", "--all-extras", "--no-interaction"),
        {"POETRY_VIRTUALENVS_CREATE": "false", "POETRY_KEYRING_ENABLED": "false"},
    ),
    "pdm.lock": Tool(
        ("pdm",),
        ("pdm", "export", "--no-hashes", "--format", "requirements"),
        {"PDM_CHECK_UPDATE": "0", "PDM_NON_INTERACTIVE": "1"},
    ),
    "Pipfile.lock": Tool(
        ("pipenv",), ("pipenv", "requirements"), {"PIPENV_IGNORE_VIRTUALENVS": "1", "PIPENV_VIRTUALENV_CREATION": "0"}
    ),
}


def _selections(found: Found) -> Iterator[list[str]]:
    """Words for what may be meant, until Alembic is among it: the usual, then groups that bring it."""
    wanted = groups.with_alembic(found)
    if found.kind == "pdm.lock":
        extras = [f"--group={name}" for name in groups.optional(found)]
        yield ["--production", *extras]
        # Of groups for development, it has all or none.
        yield from [[*extras, "--dev"]] if wanted else []
        return
    yield []
    if wanted:
        yield ["--dev"] if found.kind == "Pipfile.lock" else [f"--with={','.join(wanted)}"]


def _lines(text: str) -> list[str]:
    said = (line.strip() for line in text.splitlines())
    return [line for line in said if line and not line.startswith("#")]


@dataclass(frozen=True)
class Toolbox:
    """The tools of this machine: `folder` keeps them between runs, `scratch` is the account's own."""

    folder: Path
    pythons: Interpreters
    scratch: Path
    confinement: Confinement

    def lines(self, found: Found, env: Mapping[str, str]) -> list[str] | None:
        """What a tool says is to be installed; None when it says nothing."""
        tool = TOOLS.get(found.kind)
        if tool is None:
            return None
        try:
            python = self._installed(tool, env)
            if python is None:
                return None
            words = [str(python.parent / tool.words[0]), *tool.words[1:]]
            said = None
            for more in _selections(found):
                done = self._run([*words, *more], python, found.folder, {**env, **tool.env}, _RUNNING)
                lines = _lines(done.stdout) if done.code == 0 else None
                if lines is not None and any(line.startswith("alembic=") for line in lines):
                    return lines
                said = lines if said is None else said
        except BotError:
            return None
        return said

    def _installed(self, tool: Tool, env: Mapping[str, str]) -> Path | None:
        """The interpreter of the tool's environment."""
        base = self.pythons.reachable(self.pythons.find(_PYTHON).path)
        mark = hashlib.sha256(f"{base}\0{tool.packages}".encode()).hexdigest()[:16]
        place = self.folder / f"{tool.packages[0]}-{mark}"
        done, python = place.with_suffix(".complete"), place / "bin" / "python"
        if done.exists() and python.exists():
            return python
        remove(place)
        place.mkdir(parents=True, mode=0o755)
        account = self.pythons.account
        account.own(place)
        # The newest versions read what older ones wrote; a date in the past is for the project's packages.
        newest = {name: value for name, value in env.items() if name != "UV_EXCLUDE_NEWER"}
        install = ["pip", "install", "--quiet", "--only-binary", ":all:", "--python", str(python), *tool.packages]
        for words in (["venv", "--quiet", "--allow-existing", "--python", str(base), str(place)], install):
            command = uv.command(self.pythons.cache, *words)
            if self._run(command, base, place, uv.fixed(newest), _INSTALLING, place).code != 0:
                remove(place)
                return None
        if account.is_other:
            take_over(place)
        write_whole(done, "")
        return python

    def _run(
        self, words: list[str], python: Path, cwd: Path, env: Mapping[str, str], timeout: float, *writable: Path
    ) -> Completed:
        own_paths = sandbox_policy.python_paths(python, self.pythons.sandbox)
        needed = (uv.uv_program(self.pythons.cache).parent, *own_paths, python.parent.parent)
        confinement = replace(
            self.confinement,
            readable=(*self.confinement.readable, *needed),
            writable=(*self.confinement.writable, *writable),
        )
        account = self.pythons.account
        own = {**env, **account.variables(self.scratch), **interpreters.libraries(python)}
        return run_confined(words, account, confinement, cwd=cwd, env=own, timeout=timeout)
