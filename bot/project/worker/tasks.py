"""The tasks by name, and what surrounds each: where connections go, which settings are missing."""

import inspect
from typing import Any, Callable, Dict, List

from . import (
    autogenerate,
    compiled,
    environment,
    files,
    missing,
    other_dialects,
    rendering,
    revision,
    running,
    schema,
    scripts,
    usage,
    x_arguments,
)
from .connection import redirect
from .environ import Environ
from .problems import Problem

_TASKS: Dict[str, Callable[..., Any]] = {
    "load": scripts.load,
    "create_all": schema.create_all,
    "left_out": schema.left_out,
    "upgrade": running.upgrade,
    "downgrade": running.downgrade,
    "stamp": running.stamp,
    "current": running.current,
    "autogenerate": autogenerate.autogenerate,
    "revision": revision.revision,
    "discard": files.discard,
    "put_aside": files.hide,
    "put_back": files.restore,
    "write": files.write,
    "use": usage.use,
}

_installed: List[bool] = []


def run(spec: Dict[str, Any], environ: Environ, name: str, arguments: Dict[str, Any]) -> Any:
    """One task; `arguments["address"]` is the database that it may use, if any."""
    if not _installed:
        compiled.install(spec["checkout"])
        redirect.install()
        environment.install()
        rendering.install()
        if spec.get("any_database"):
            other_dialects.install()
        redirect.checkout = spec["checkout"]
        _installed.append(True)
    redirect.address = arguments.get("address")
    x_arguments.begin()
    task = _TASKS[name]
    known = inspect.signature(task).parameters
    rest = {key: value for key, value in arguments.items() if key in known}
    try:
        result = task(spec, **rest)
    except BaseException as error:
        names = missing.find(error, environ, lambda: _again(task, spec, rest))
        failure: Any = error
        failure.x = x_arguments.missed(error)
        if names:
            raise Problem("settings", "settings are missing: {}".format(", ".join(names)), names) from error
        raise
    finally:
        redirect.address = None
    if isinstance(result, dict) and "driver" in result:
        result["driver"] = redirect.driver or result["driver"]
    return result


def is_used_up() -> bool:
    """Whether the next task needs a new process: importing the code does something to a database, or the models are
    no longer what they were imported as."""
    return redirect.used_at_import or environment.has_changed_models()


def is_stale() -> bool:
    """Whether a failure may be one of doing in one process, again, what commands do in processes of their own."""
    return environment.is_stale()


def is_out_of_order(error: BaseException) -> bool:
    """Whether a failure may be one of doing something before what commands do before it."""
    return environment.is_out_of_order(error)


def _again(task: Callable[..., Any], spec: Dict[str, Any], arguments: Dict[str, Any]) -> None:
    """Without a database: what it goes on to do with placeholders must not leave a trace."""
    redirect.address = None
    task(spec, **arguments)
