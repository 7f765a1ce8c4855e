"""What an environment is made of: what was found in the repository, what the user asked for, where it comes from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.project.environment.dependencies import Found
from bot.project.environment.downloads import Downloads
from bot.project.environment.interpreters import Interpreters
from bot.project.environment.other_lists import Listed
from bot.system import Confinement


@dataclass(frozen=True)
class Recipe:
    """What to make: `install` is the user's command, run in `checkout`, instead of what was `found`.

    `sandbox` is what installed code may not see: setting up a package runs its code. `tools` is the folder for programs
    that read lock files, `pythons` finds an interpreter for them. Without `downloads` everything is downloaded for this
    environment alone. `others` are minor versions of Python that would do as well. `siblings` are other packages of
    the repository, whose code is imported; `more` are lists that have what an import did not find. `imported` are
    modules that the project's code imports.
    """

    found: Found
    python: Path
    env: dict[str, str]
    install: str
    checkout: Path
    sandbox: Confinement
    tools: Path
    pythons: Interpreters
    downloads: Downloads | None = None
    others: Callable[[], Sequence[str]] = tuple
    siblings: tuple[Found, ...] = ()
    more: tuple[Listed, ...] = ()
    imported: Callable[[], Iterable[str]] = tuple
