"""What the project declares besides its models: objects that `env.py` has Alembic compare by functions of its own.

Views, functions, triggers and indexes of alembic_utils, sqlalchemy-declarative-extensions or the project itself are
not made by `create_all`. In: a migration context. Out: these objects, created in its database.
"""

from typing import Any, Dict, List, Set, Tuple

from alembic.autogenerate import compare
from alembic.autogenerate.api import AutogenContext
from alembic.operations import Operations, ops

from .rendering import flat, text_of

Place = Tuple[str, str, int]
_known: Set[int] = set()


def begin() -> None:
    """Remember what is registered before `env.py` runs."""
    _known.clear()
    _known.update(id(_function(entry)) for entries in compare.comparators._registry.values() for entry in entries)


def replace_earlier() -> None:
    """env.py runs for every task in one process: what it registers now takes the place of what it registered before."""
    for entries in compare.comparators._registry.values():
        fresh = {_place(entry) for entry in entries if id(_function(entry)) not in _known}
        entries[:] = [entry for entry in entries if id(_function(entry)) not in _known or _place(entry) not in fresh]


def create(context: Any) -> None:
    """Create what only the project's own comparators find missing; the caller commits."""
    registry = _context(context)[1]
    if all(_is_of_alembic(entry) for entries in registry.values() for entry in entries):
        return
    usual = {text_of(context, operation) for operation in _proposed(context, alembic_only=True)}
    for operation in _proposed(context):
        if not type(operation).__name__.startswith("Drop") and text_of(context, operation) not in usual:
            Operations(context).invoke(operation)


def _proposed(context: Any, alembic_only: bool = False) -> List[Any]:
    autogenerate, registry = _context(context)
    before = {key: list(entries) for key, entries in registry.items()}
    try:
        for entries in registry.values() if alembic_only else ():
            entries[:] = [entry for entry in entries if _is_of_alembic(entry)]
        found = ops.UpgradeOps([])
        compare._produce_net_changes(autogenerate, found)
        return list(flat(found.ops))
    finally:
        for key, entries in before.items():
            registry[key][:] = entries


def _context(context: Any) -> Tuple[Any, Dict[Any, List[Any]]]:
    """A context to compare in, and the functions that it calls: its own since Alembic 1.18, all contexts' before."""
    made: Any = AutogenContext(context)
    return made, getattr(made, "comparators", compare.comparators)._registry


def _function(entry: Any) -> Any:
    """A registered function; newer versions keep the name of its group beside it."""
    return entry[0] if isinstance(entry, tuple) else entry


def _is_of_alembic(entry: Any) -> bool:
    return str(getattr(_function(entry), "__module__", "")).startswith("alembic.")


def _place(entry: Any) -> Place:
    function = _function(entry)
    code = getattr(function, "__code__", None)
    if code is None:
        return (repr(type(function)), str(id(function)), 0)
    return (code.co_filename, code.co_name, code.co_firstlineno)
