"""Settings that are missing, all of them at once.

In: what the project's code raised, and a function that runs it again. Out: names of environment
variables. One missing name hides the next: a forked copy of the process goes on with placeholders to see how
many there are. Nothing but names comes back from it.
"""

import json
import os
import re
import signal
from types import TracebackType
from typing import Any, Callable, Iterator, List, Optional

from .environ import PLACEHOLDER, Environ
from .failures import chain

ROUNDS = 30
PATIENCE = 20  # seconds for the search
_WORD = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]+\b")
_MISSING = ("missing", "value_error.missing")


def find(error: BaseException, environ: Environ, again: Callable[[], Any]) -> List[str]:
    """All missing names in the order in which they are asked for; empty when that is not what is wrong."""
    first = names_in(error, environ)
    if not first:
        return []
    read_fd, write_fd = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE)
        _search(first, environ, again, write_fd)
    os.close(write_fd)
    with os.fdopen(read_fd, "rb") as answers:
        lines = answers.read().splitlines()
    os.waitpid(child, 0)
    return [*first, *json.loads(lines[-1])] if lines else first


def _search(first: List[str], environ: Environ, again: Callable[[], Any], write_fd: int) -> None:
    """In the child: set placeholders, run again, report after each round; never returns."""
    found: List[str] = []
    try:
        environ.pretend = True
        names: List[str] = first
        for _ in range(ROUNDS):
            for name in names:
                environ[name] = PLACEHOLDER
            environ.required.clear()
            names = []
            try:
                again()
            except BaseException as error:
                names = names_in(error, environ)
            names = [n for n in dict.fromkeys([*environ.required, *names]) if n not in first and n not in found]
            if not names:
                break
            found += names
            os.write(write_fd, json.dumps(found).encode() + b"\n")
    finally:
        os._exit(0)


def names_in(error: BaseException, environ: Environ) -> List[str]:
    """Names that an exception says are missing."""
    found: List[str] = []
    for link in chain(error):
        found += _of_pydantic(link)
        if type(link).__name__ == "NoRegionError":  # botocore's, which names no variable
            found.append("AWS_DEFAULT_REGION")
        if isinstance(link, KeyError) and link.args and link.args[0] in environ.required:
            found.append(link.args[0])
        elif not isinstance(link, (SyntaxError, ImportError)):
            # decouple, environs, starlette and hand-written checks name what they looked for in vain.
            found += [word for word in _WORD.findall(str(link)[:4000]) if word in environ.absent and len(word) > 2]
    return list(dict.fromkeys(found))


def _of_pydantic(error: BaseException) -> Iterator[str]:
    listed = getattr(error, "errors", None)
    if type(error).__name__ != "ValidationError" or not callable(listed):
        return
    settings = _settings_class(error)
    if settings is None:
        return
    prefix = _option(settings, "env_prefix") or ""
    fields = getattr(settings, "model_fields", None) or getattr(settings, "__fields__", {})
    for item in listed():
        if item.get("type") not in _MISSING or not item.get("loc"):
            continue
        name = str(item["loc"][0])
        nested = [str(part) for part in item["loc"][1:]]
        if nested:
            yield (prefix + (_option(settings, "env_nested_delimiter") or "__").join([name, *nested])).upper()
        else:
            yield _variable(fields.get(name), prefix + name) if name in fields else name.upper()


def _variable(field: Any, name: str) -> str:
    """Version 1 keeps the names of variables in the field."""
    given = getattr(getattr(field, "field_info", None), "extra", {}).get("env_names")
    return min(given).upper() if given else name.upper()


def _settings_class(error: BaseException) -> Optional[type]:
    """The settings class whose `__init__` is on the way to the error; None for any other model."""
    trace: Optional[TracebackType] = error.__traceback__
    while trace is not None:
        for name in ("__pydantic_self__", "self"):
            instance = trace.tb_frame.f_locals.get(name)
            if any(base.__name__ == "BaseSettings" for base in type(instance).__mro__):
                return type(instance)
        trace = trace.tb_next
    return None


def _option(settings: type, name: str) -> Optional[str]:
    config = getattr(settings, "model_config", None)
    if isinstance(config, dict):
        value: Optional[str] = config.get(name)
        return value
    return getattr(getattr(settings, "__config__", None), name, None)
