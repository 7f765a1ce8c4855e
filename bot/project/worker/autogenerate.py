"""What autogenerate would do, as text: one piece per operation, with env.py's own options and directives."""

from typing import Any, Dict, Iterable, Iterator, List

from alembic import command
from alembic.autogenerate import RevisionContext, render
from alembic.autogenerate.api import AutogenContext

from . import configuration, environment


def autogenerate(spec: Dict[str, Any]) -> List[str]:
    """Rendered upgrade operations; empty when models and database agree."""
    config = configuration.make(spec, cmd=(command.revision, ["message"], []), autogenerate=True)
    with configuration.explained(spec):
        directory = configuration.scripts(config)
    context = RevisionContext(config, directory, arguments())
    found: List[str] = []

    def compare(revision: Any, migration_context: Any) -> List[Any]:
        context.run_autogenerate(revision, migration_context)
        for script in context.generated_revisions:
            for operations in script.upgrade_ops_list:
                found.extend(texts(migration_context, operations.ops))
        return []

    with configuration.explained(spec):
        environment.run_with(config, directory, compare, revision_context=context, template_args=context.template_args)
    return found


def arguments(**given: Any) -> Dict[str, Any]:
    """The arguments of `alembic revision`."""
    names = ("message", "rev_id", "branch_label", "version_path", "depends_on")
    return {
        **dict.fromkeys(names),
        "autogenerate": True,
        "sql": False,
        "head": "head",
        "splice": False,
        **given,
    }


def flat(operations: Iterable[Any]) -> Iterator[Any]:
    """Single operations, out of the groups by table that Alembic makes."""
    for operation in operations:
        if hasattr(operation, "ops"):
            yield from flat(operation.ops)
        else:
            yield operation


def texts(migration_context: Any, operations: Iterable[Any]) -> List[str]:
    """Each operation as it would stand in the file."""
    return [text_of(migration_context, operation) for operation in flat(operations)]


def text_of(migration_context: Any, operation: Any) -> str:
    """One operation as it would stand in the file."""
    context = AutogenContext(migration_context, autogenerate=False)
    return "\n".join(render.render_op(context, operation))
