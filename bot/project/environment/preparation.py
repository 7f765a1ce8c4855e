"""The user's own commands, run in a checkout before its code is loaded: generated code, a file copied from its example.

In: commands, a checkout, the project's environment. Out: a checkout in which they have run, as the account of the
project's code and confined like it.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ProjectError
from bot.system import LOG_TAIL, Account, Confinement, run_confined


@dataclass(frozen=True)
class Preparation:
    """Where commands run: `side` is what people call the checkout, `python` the interpreter of its environment.

    `home` is a folder of the account's own; `confinement` lets it write there and in the checkout.
    """

    side: str
    checkout: Path
    home: Path
    python: Path
    account: Account
    confinement: Confinement
    env: Mapping[str, str]
    timeout: float

    def run(self, commands: Iterable[str]) -> None:
        """Run them one after another in the checkout's root; raises `ProjectError` at the first one that fails."""
        for command in commands:
            self._run(command)

    def _run(self, command: str) -> None:
        programs = self.python.parent
        path = os.pathsep.join(part for part in (str(programs), self.env.get("PATH", "")) if part)
        env = {
            **self.env,
            "PATH": path,
            "VIRTUAL_ENV": str(programs.parent),
            **self.account.variables(self.home),
        }
        words = ["/bin/sh", "-c", command]
        done = run_confined(words, self.account, self.confinement, cwd=self.checkout, env=env, timeout=self.timeout)
        if done.code != 0:
            raise ProjectError(
                f"--prepare {command!r} failed in {self.side} with exit code {done.code}",
                "It has to run in both checkouts, from the repository's root and without network: try it in a fresh "
                "clone of each. `|| true` lets the check go on where a side does not need it.",
                kind="prepare",
                log_tail=(done.stdout + done.stderr)[-LOG_TAIL:],
            )
