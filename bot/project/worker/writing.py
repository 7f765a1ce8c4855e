"""While a file is written: nothing is overwritten, and no formatter stops the work.

In: a list for notes. Out: notes about hooks that could not run. Imports are completed before the
first hook, so that it can sort them. Where one file is for several databases, what it has for the others is kept.
"""

from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Dict, Iterator, List

import alembic
from alembic.script import ScriptDirectory

from . import imports

try:
    from alembic.script import write_hooks
except ImportError:  # Alembic 1.1 and older
    write_hooks = None  # type: ignore[assignment]

_TEMPLATE = str(Path(str(alembic.__file__)).parent / "templates" / "generic" / "script.py.mako")


@contextmanager
def careful(notes: List[str]) -> Iterator[None]:
    """Guard file names, the template and post-write hooks of Alembic."""
    hooks: Any = write_hooks
    invoke: Any = getattr(hooks, "_invoke", None)
    name_of, generate = ScriptDirectory._rev_path, ScriptDirectory._generate_template

    def unused(self: Any, path: Any, rev_id: str, *arguments: Any) -> Any:
        # Some file templates lack the revision: two files of one minute and message would be one.
        wanted = name_of(self, path, rev_id, *arguments)
        file = Path(str(wanted))
        # git keeps no empty folder: before the first revision, a clone has none for it.
        file.parent.mkdir(parents=True, exist_ok=True)
        return type(wanted)(file.with_name(file.stem + "_" + rev_id + file.suffix)) if file.exists() else wanted

    def tolerant(name: str, path: Any, options: Any) -> Any:
        imports.complete_file(str(path))
        try:
            return invoke(name, path, options)
        except (Exception, SystemExit) as error:
            notes.append("the hook {!r} of post_write_hooks did not run: {}".format(name, error))
            return None

    def from_a_template(self: Any, template: Any, *arguments: Any, **options: Any) -> None:
        if lack := _lack(Path(str(template))):
            notes.append("{}: the file is made by Alembic's own".format(lack))
            template = type(template)(_TEMPLATE)
        generate(self, template, *arguments, **options)

    guarded: Any = ScriptDirectory
    guarded._rev_path, guarded._generate_template = unused, from_a_template
    if hooks is not None:
        hooks._invoke = tolerant
    try:
        yield
    finally:
        guarded._rev_path, guarded._generate_template = name_of, generate
        if hooks is not None:
            hooks._invoke = invoke


@contextmanager
def filled(beside: Dict[str, str], parts: Dict[str, str]) -> Iterator[None]:
    """Give the template the code of other databases as well, and note in `parts` all that it was given."""
    generate = ScriptDirectory.generate_revision

    @wraps(generate)
    def with_others(self: Any, *arguments: Any, **options: Any) -> Any:
        own = {name: value for name, value in options.items() if name.endswith(_TOKENS) or name == "imports"}
        parts.update(dict(beside, **{name: str(value or "") for name, value in own.items()}))
        return generate(self, *arguments, **dict(beside, **options))

    patched: Any = ScriptDirectory
    patched.generate_revision = with_others
    try:
        yield
    finally:
        patched.generate_revision = generate


_TOKENS = ("upgrades", "downgrades")


def _lack(template: Path) -> str:
    """Some are for migrations that are written by hand: of what autogenerate finds, nothing comes into the file."""
    if not template.exists():
        return "there is no script.py.mako beside env.py"
    return "" if "upgrades" in template.read_text("utf-8", "replace") else "script.py.mako has no place for operations"
