"""While a file is written: nothing is overwritten, and no formatter stops the work.

Comes in: a list for notes. Goes out: notes about hooks that could not run. Imports are completed before the
first hook, so that it can sort them.
"""

import os
from contextlib import contextmanager
from typing import Any, Iterator, List

from alembic.script import ScriptDirectory, write_hooks

from . import imports


@contextmanager
def careful(notes: List[str]) -> Iterator[None]:
    """Guard file names and post-write hooks of Alembic."""
    name_of, invoke = ScriptDirectory._rev_path, write_hooks._invoke

    def unused(self: Any, path: Any, rev_id: str, *arguments: Any) -> Any:
        # Some file templates lack the revision: two files of one minute and message would be one.
        wanted = name_of(self, path, rev_id, *arguments)
        stem, extension = os.path.splitext(str(wanted))
        return (
            type(wanted)("{}_{}{}".format(stem, rev_id, extension)) if os.path.exists(str(wanted)) else wanted
        )

    def tolerant(name: str, path: Any, options: Any) -> Any:
        _complete(str(path))
        try:
            return invoke(name, path, options)
        except (Exception, SystemExit) as error:
            notes.append("the hook {!r} of post_write_hooks did not run: {}".format(name, error))
            return None

    ScriptDirectory._rev_path = unused  # type: ignore[method-assign]
    write_hooks._invoke = tolerant
    try:
        yield
    finally:
        ScriptDirectory._rev_path = name_of  # type: ignore[method-assign]
        write_hooks._invoke = invoke


def _complete(path: str) -> None:
    with open(path, encoding="utf-8", newline="") as file:
        source = file.read()
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(imports.complete(source))
