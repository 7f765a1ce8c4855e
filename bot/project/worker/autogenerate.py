"""What autogenerate would do, as text: one piece per operation, with env.py's own options and directives."""

from typing import Any, Dict, List

from alembic import command
from alembic.autogenerate import RevisionContext

from . import configuration, environment
from .rendering import texts


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
        environment.run_with(
            spec, config, directory, compare, once=True, revision_context=context, template_args=context.template_args
        )
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
