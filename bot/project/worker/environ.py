"""The environment of the project's code, which remembers what it was asked for in vain.

Settings that are missing are thus known by name, whatever library reads them.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any, Dict, List, Optional, Set

PLACEHOLDER = "1"  # reads as a text, a number and a truth value


class Environ(os._Environ):  # type: ignore[type-arg]
    """`os.environ` itself changes its class to this one, so that references taken before are covered too."""

    absent: Set[str]  # asked for in any way and not there
    required: List[str]  # asked for in the way that raises KeyError
    asked: List[str]  # asked for in vain by the project's own code
    checkout: str
    pretend: bool  # answer what is required with a placeholder

    def __getitem__(self, key: str) -> str:
        try:
            value: str = super().__getitem__(key)
        except KeyError:
            self._note(key)
            if key not in self.required:
                self.required.append(key)
            if self.pretend:
                return PLACEHOLDER
            raise
        return value

    def get(self, key: str, default: Any = None) -> Any:
        try:
            return super().__getitem__(key)
        except KeyError:
            self._note(key)
        return default

    def __contains__(self, key: object) -> bool:
        try:
            super().__getitem__(key)
        except (KeyError, TypeError):
            if isinstance(key, str):
                self._note(key)
            return False
        return True

    def _note(self, key: str) -> None:
        self.absent.add(key)
        frame = sys._getframe(2)
        while frame.f_back is not None and frame.f_code.co_filename in _BETWEEN:
            frame = frame.f_back
        path = frame.f_code.co_filename
        if path.startswith(self.checkout + os.sep) and "site-packages" not in path and key not in self.asked:
            self.asked.append(key)


# Some of these modules are frozen, and have other names in frames than in `__file__`.
_BETWEEN = (__file__, os.getenv.__code__.co_filename, Mapping.__contains__.__code__.co_filename)


def take_over(variables: Dict[str, str], checkout: str) -> Environ:
    """Set the whole environment to `variables` and start to remember."""
    os.environ.clear()
    os.environ.update(variables)
    environ: Optional[Any] = os.environ
    assert environ is not None
    environ.__class__ = Environ
    environ.absent, environ.required, environ.asked = set(), [], []
    environ.checkout, environ.pretend = checkout, False
    return environ  # type: ignore[no-any-return]
