"""What env.py reads of Alembic's own `-x` and does not find.

In: calls of `context.get_x_argument`. Out: names of arguments for the message of whatever fails then.
"""

from functools import wraps
from typing import Any, Dict, List

from alembic.runtime.environment import EnvironmentContext

_missed: List[str] = []
_ANY = "KEY"  # env.py takes the arguments apart itself


class Arguments(Dict[str, str]):
    """The arguments as a dictionary, which remembers what it was asked for in vain."""

    def __missing__(self, key: str) -> str:
        _note(key)
        raise KeyError(key)

    def get(self, key: str, default: Any = None) -> Any:
        if not super().__contains__(key):
            _note(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        if not super().__contains__(key):
            _note(str(key))
            return False
        return True


def _note(key: str) -> None:
    if key not in _missed:
        _missed.append(key)


def install() -> None:
    """Hook into every `context.get_x_argument`."""
    original = EnvironmentContext.get_x_argument

    @wraps(original)
    def get_x_argument(self: Any, as_dictionary: bool = False) -> Any:
        found: Any = original(self, as_dictionary)
        if as_dictionary:
            return Arguments(found)
        if not found:
            _note(_ANY)
        return found

    patched: Any = EnvironmentContext
    patched.get_x_argument = get_x_argument


def begin() -> None:
    """Forget the task before."""
    _missed.clear()


def missed(error: BaseException) -> List[str]:
    """Names that env.py did not find; a key that a dictionary of its own lacks is likely to be one."""
    if _ANY not in _missed:
        return list(_missed)
    named = [name for name in _missed if name != _ANY]
    lacking = [str(error.args[0])] if isinstance(error, KeyError) and error.args else []
    return named or lacking or [_ANY]
