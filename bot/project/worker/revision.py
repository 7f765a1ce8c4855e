"""Writes a migration file with the project's Alembic: its template, file names, hooks and directives.

In: a message and, unless autogenerate is to decide, the operations of both directions. Out: the
file. env.py's own `process_revision_directives` runs after ours and keeps the last word.
"""

import os
from contextlib import ExitStack, closing
from typing import Any, Dict, List, Optional, Sequence

from alembic import command

from . import configuration, imports, originals
from .autogenerate import Table, tables_of
from .environment import Configured, configured, reset
from .operations import Sides, build
from .owner_grants import is_owners
from .problems import Problem
from .rendering import batched, flat, text_of, texts
from .schema import schemas_of
from .writing import careful, filled


def revision(
    spec: Dict[str, Any],
    message: str,
    revision_id: str,
    operations: Optional[Dict[str, Any]] = None,
    skip: Sequence[str] = (),
    options: Optional[Dict[str, Any]] = None,
) -> Dict[str, Any]:
    """Write one file; `options` are further arguments of `alembic.command.revision`, such as `head`.

    Among them, `beside` is what the file has for other databases of env.py, by the names of the template's variables.
    """
    given = dict(options or {})
    beside: Dict[str, str] = given.pop("beside", {})
    config = configuration.make(
        spec, cmd=(command.revision, ["message", "rev_id"], []), autogenerate=True, message=message
    )
    if operations is not None:
        # env.py runs, but nothing is compared: that can fail, and its result would be thrown away.
        config.set_main_option("revision_environment", "true")
    directives = _Directives(operations, skip, beside.get("imports", ""))
    notes: List[str] = []
    parts: Dict[str, str] = {}
    reset(spec, once=True)
    with configuration.explained(spec), careful(notes), filled(beside, parts):
        made = command.revision(
            config,
            message=message,
            rev_id=revision_id,
            autogenerate=operations is None,
            process_revision_directives=directives,
            **given,
        )
    scripts = made if isinstance(made, list) else [made]
    if not scripts or scripts[0] is None:
        raise Problem("revision", "process_revision_directives of env.py leaves nothing to write")
    written = _file(str(scripts[0].path), spec["checkout"])
    return dict(written, operations=directives.rendered, tables=directives.tables, notes=notes, parts=parts)


class _Directives:
    """A `process_revision_directives`: puts our operations into the file, and keeps what it has to do."""

    def __init__(self, operations: Optional[Dict[str, Any]], skip: Sequence[str], imports: str) -> None:
        self._operations = operations
        self._skip = set(skip)
        self._imports = imports
        self.rendered: List[str] = []
        self.tables: Optional[List[Table]] = None

    def __call__(self, context: Any, _revision: Any, scripts: List[Any]) -> None:
        context.environment_context.script.get_heads()  # some revisions can be imported here only
        self.tables = tables_of(context, scripts[0].upgrade_ops.ops)
        if self._operations is None:
            _leave_out(context, scripts[0], self._skip)
        else:
            _replace(context, scripts[0], self._operations)
        self.rendered = texts(context, scripts[0].upgrade_ops.ops)
        scripts[0].imports.update(line for line in self._imports.splitlines() if line)


def _leave_out(context: Any, script: Any, skip: Any) -> None:
    """Drop what is not wanted, and derive the way back from the rest."""
    every = list(flat(script.upgrade_ops.ops))
    wanted = [operation for operation in every if not is_owners(operation)]
    if skip:
        wanted = [operation for operation in wanted if text_of(context, operation) not in skip]
    if len(wanted) == len(every):
        return
    script.upgrade_ops.ops[:] = wanted
    script.downgrade_ops.ops[:] = script.upgrade_ops.reverse().ops


def _replace(context: Any, script: Any, plan: Dict[str, Any]) -> None:
    found: Configured = configured()
    schemas = schemas_of(context)
    # No schema where search_path leads to the tenant: Alembic's ALTER statements do not look at schema_translate_map.
    models = {real: model for model, real in sorted(schemas.items(), key=lambda pair: pair[0] is None)}
    models = {real: model for real, model in models.items() if real not in (model, None)}
    url = context.connection.engine.url
    with ExitStack() as stack:
        new, old = (
            stack.enter_context(closing(originals.connect(url, plan[key])))
            for key in ("address_after", "address_before")
        )
        after = originals.Originals(found.metadata, new, context.impl, use_models=True)
        before = originals.Originals(found.metadata, old, context.impl, use_models=False)
        after.schemas = before.schemas = {model: real for model, real in schemas.items() if real != model}
        up = build(_renamed(plan["upgrade"], models), Sides(after, before, context.dialect))
        down = build(_renamed(plan["downgrade"], models), Sides(before, after, context.dialect))
    in_batches = bool(context.opts.get("render_as_batch"))
    script.upgrade_ops.ops[:] = batched(up) if in_batches else up
    script.downgrade_ops.ops[:] = batched(down) if in_batches else down


def _renamed(operations: List[Dict[str, Any]], schemas: Dict[Any, Any]) -> List[Dict[str, Any]]:
    """With the models' schemas in place of the tenant's: env.py puts each tenant's in their place."""
    if not schemas:
        return operations
    named = ("schema", "ref_schema")
    return [dict(op, **{key: schemas.get(op[key], op[key]) for key in named if key in op}) for op in operations]


def _file(path: str, checkout: str) -> Dict[str, Any]:
    return {
        "path": os.path.relpath(os.path.realpath(path), os.path.realpath(checkout)),
        "source": imports.complete_file(path),
    }
