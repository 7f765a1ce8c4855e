"""Advice for a project whose code does not run, from its error and its files.

In: a failure, and the checkout in which it happened. Out: the same failure with advice that can be copied. Each module
with a `remedy(error, trouble)` knows one kind of trouble; the first one that returns advice is used.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.errors import ProjectError
from bot.system import plugins


@dataclass(frozen=True)
class Trouble:
    """Where it happened: `folders` of the checkout are where the code runs and where its env.py is.

    `left_out` are packages that could not be installed, `filled` settings that the bot gave, as NAME=VALUE; `base` is
    the other checkout, that of the base commit.
    """

    checkout: Path
    folders: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    base: Path | None = None


def applied(error: ProjectError, trouble: Trouble) -> ProjectError:
    """The error with what is to be tried next put before the advice that it had."""
    for module in plugins.modules(__name__).values():
        advice = module.remedy(error, trouble)
        if advice:
            error.advice = advice
            break
    if trouble.base is not None and is_of_base(error, trouble.base, trouble.checkout):
        error.advice = f"{_OF_BASE} {error.advice}".strip()
    if trouble.filled:
        options = " ".join(f"--env '{line}'" for line in trouble.filled)
        error.advice += f" The bot had filled in what seemed to be missing; give better values: {options}"
    return error


_OF_BASE = (
    "It is the base commit whose code does not run, so that there is nothing to compare with: if this change mends it, "
    "the next one can be examined."
)


def is_of_base(error: ProjectError, base: Path, head: Path) -> bool:
    """Whether what failed lies in base's checkout alone."""
    said = f"{error.message}\n{error.log_tail}"
    return f"{base}/" in said and f"{head}/" not in said
