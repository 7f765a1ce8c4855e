"""What autogenerate would do, as text: one piece per operation, with env.py's own options and directives.

It can be asked about some tables alone, which takes as long as those are many: the rest is neither reflected nor
compared. Objects that are no tables are compared in any case.
"""

from typing import Any, Dict, Iterable, List, Optional, Tuple

from alembic.autogenerate import RevisionContext

from . import configuration, environment
from .owner_grants import is_owners
from .rendering import flat, texts

Table = Tuple[str, str]


def autogenerate(spec: Dict[str, Any], tables: Optional[List[List[str]]] = None) -> List[str]:
    """Rendered upgrade operations; empty when models and database agree. None for `tables` means all of them."""
    config = configuration.make(spec, **configuration.AUTOGENERATE)
    with configuration.explained(spec):
        directory = configuration.scripts(config)
    context = RevisionContext(config, directory, arguments())
    found: List[str] = []

    def compare(revision: Any, migration_context: Any) -> List[Any]:
        if not environment.metadata_of(migration_context):
            return []  # Alembic refuses to compare with nothing
        if tables is not None:
            _look_only_at(migration_context, {(schema, name) for schema, name in tables})
        context.run_autogenerate(revision, migration_context)
        for script in context.generated_revisions:
            for operations in script.upgrade_ops_list:
                found.extend(texts(migration_context, [op for op in flat(operations.ops) if not is_owners(op)]))
        return []

    with configuration.explained(spec):
        environment.run_with(
            spec, config, directory, compare, once=True, revision_context=context, template_args=context.template_args
        )
    return found


def tables_of(migration_context: Any, operations: Iterable[Any]) -> Optional[List[Table]]:
    """The tables that operations are about; None where one of them does not say."""
    found: List[Table] = []
    for operation in flat(operations):
        name = getattr(operation, "table_name", None) or getattr(operation, "source_table", None)
        if not isinstance(name, str):
            return None
        schema = getattr(operation, "schema", None) or getattr(operation, "source_schema", None)
        found.append((schema or _default_schema(migration_context), name))
    return found


def _look_only_at(migration_context: Any, wanted: Any) -> None:
    """As if env.py's filters left all other tables out, of the database and of the models."""
    options, default = migration_context.opts, _default_schema(migration_context)
    by_name, by_object = options.get("include_name"), options.get("include_object")

    def include_name(name: Any, kind: Any, parents: Any) -> bool:
        if kind == "table" and (parents.get("schema_name") or default, name) not in wanted:
            return False
        return by_name is None or bool(by_name(name, kind, parents))

    def include_object(item: Any, name: Any, kind: Any, reflected: Any, compared: Any) -> bool:
        if kind == "table" and (item.schema or default, name) not in wanted:
            return False
        return by_object is None or bool(by_object(item, name, kind, reflected, compared))

    options["include_name"], options["include_object"] = include_name, include_object


def _default_schema(migration_context: Any) -> str:
    return getattr(migration_context.dialect, "default_schema_name", None) or "public"


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
