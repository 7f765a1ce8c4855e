"""What to try next when a project's code does not run, as far as its files tell.

In: a failure, and the checkout in which it happened. Out: the same failure with advice that can be copied. Each module
with a `remedy(error, trouble)` knows one kind of trouble; the first that has something to say is heard.
"""

import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ProjectError


@dataclass(frozen=True)
class Trouble:
    """Where it happened: `folders` of the checkout are where the code runs and where its env.py is.

    `left_out` are packages that could not be installed, `filled` settings that the bot gave, as NAME=VALUE.
    """

    checkout: Path
    folders: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()


def applied(error: ProjectError, trouble: Trouble) -> ProjectError:
    """The error with what is to be tried next put before the advice that it had."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        advice = importlib.import_module(f"{__name__}.{module.name}").remedy(error, trouble)
        if advice:
            error.advice = advice
            break
    if trouble.filled:
        options = " ".join(f"--env '{line}'" for line in trouble.filled)
        error.advice += f" The bot had filled in what seemed to be missing; give better values: {options}"
    return error
