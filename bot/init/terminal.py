"""Asks for what the options leave open; without a terminal, every question has a default answer.

In: questions. Out: answers. An invalid answer is asked for again.
"""

import sys
from dataclasses import dataclass

from bot.errors import UsageError

_YES_OR_NO = {"y": True, "yes": True, "n": False, "no": False}


@dataclass(frozen=True)
class Terminal:
    there: bool

    @classmethod
    def own(cls) -> "Terminal":
        return cls(sys.stdin.isatty() and sys.stdout.isatty())

    def agrees(self, question: str, *, usual: bool) -> bool:
        while answer := self.text(question, "Y/n" if usual else "y/N", "").lower():
            if answer in _YES_OR_NO:
                return _YES_OR_NO[answer]
        return usual

    def text(self, question: str, shown: str, usual: str) -> str:
        """Raises `UsageError` where the input ends."""
        if not self.there:
            return usual
        try:
            return input(f"{question} [{shown}] ").strip() or usual
        except EOFError:
            sys.stdout.write("\n")
            raise UsageError(
                "the input ended before all was answered, and nothing was written",
                "Answer by options instead, such as --no-forks --commands --database embedded.",
            ) from None
