"""The loop: a task comes in, its result or its failure goes out, until the other side closes.

The first message is the specification: where the project is and what its code may use.
"""

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, cast

from . import log_folders, semaphores
from .channel import Channel
from .environ import Environ, take_over
from .failures import describe

_COLOURS = "mako.ext.pygmentplugin"


def serve(read_fd: int, write_fd: int) -> None:
    """Answer tasks; ends the process without waiting for threads that the project's code left running."""
    channel = Channel(read_fd, write_fd)
    spec = channel.receive()
    if spec is not None:
        environ = take_over(spec["env"], spec["checkout"])
        _prepare_path(spec)
        semaphores.install()
        log_folders.install()
        _warm_up()
        # Starting up is no part of the first task's time.
        channel.send({"ok": None})
        while True:
            message = channel.receive()
            if message is None:
                break
            channel.send(_answer(spec, environ, message))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _prepare_path(spec: Dict[str, Any]) -> None:
    """The checkout comes last: a folder of its own called `alembic` must not stand in for the library."""
    sys.dont_write_bytecode = True
    given = spec["env"].get("PYTHONPATH", "").split(os.pathsep)
    for entry in [spec["cwd"], spec["checkout"], *given, *spec["paths"]]:
        path = str(Path(spec["cwd"], entry))
        if entry and path not in sys.path:
            sys.path.append(path)


def _warm_up() -> None:
    gc.disable()  # thousands of objects are made, and none is garbage
    # Mako, which Alembic's templates are written for, loads all of Pygments to colour errors that nobody sees here.
    sys.modules.setdefault(_COLOURS, cast(Any, None))
    with suppress(BaseException):  # the first task says what is wrong
        import_module(".tasks", __package__)
    if sys.modules[_COLOURS] is None:  # the project's code may import it
        del sys.modules[_COLOURS]
    gc.freeze()
    gc.enable()


def _answer(spec: Dict[str, Any], environ: Environ, message: Dict[str, Any]) -> Dict[str, Any]:
    stale = out_of_order = False
    try:
        tasks = import_module(".tasks", __package__)
        try:
            result = tasks.run(spec, environ, message["task"], message["arguments"])
        except BaseException as error:
            stale, out_of_order = tasks.is_stale(), tasks.is_out_of_order(error)
            raise
        return {"ok": result, "used_up": tasks.is_used_up()}
    except BaseException as error:
        described = describe(error, spec["checkout"], environ.asked)
        return {"error": described, "stale": stale, "out_of_order": out_of_order}
