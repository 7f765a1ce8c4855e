"""A message for a migration that nobody gave one."""

from collections.abc import Iterable, Sequence

from bot.model import Decision, Difference

_VERBS = {"added": "add", "removed": "drop", "changed": "change"}


def message(declared: Sequence[Difference], decisions: Iterable[Decision] = ()) -> str:
    """What changes, in a few words: "add started_at and finished_at of job", "rename customer.name to full_name"."""
    renames = [d for d in decisions if d.kind == "rename" and d.answer]
    if renames:
        more = f" and {len(renames) - 1} more" if len(renames) > 1 else ""
        return f"rename {renames[0].subject} to {renames[0].answer}{more}"
    tables = [d for d in declared if d.kind == "table" and d.action != "changed"]
    columns = [d for d in declared if d.kind == "column"]
    if tables:
        first = tables[0]
        others = f" and {len(tables) - 1} more" if len(tables) > 1 else ""
        return f"{_VERBS[first.action]} {first.name}{others}"
    if columns:
        return _columns(columns)
    return _others(declared) if declared else "change"


def _others(declared: Sequence[Difference]) -> str:
    """Where neither tables nor columns come, go or change: "add constraint job_name_key of job"."""
    first, kinds = declared[0], sorted({d.kind.replace("_", " ") for d in declared})
    parents = {d.parent for d in declared}
    of = f" of {first.parent}" if first.parent and len(parents) == 1 else ""
    if len(declared) == 1:
        return f"{_VERBS[first.action]} {kinds[0]} {first.name}{of}"
    return f"change {' and '.join(kinds[:2])}{of}"


def _columns(columns: list[Difference]) -> str:
    parents = sorted({column.parent for column in columns})
    if len(parents) > 1:
        return f"change {' and '.join(parents[:2])}"
    actions = {column.action for column in columns}
    verb = _VERBS[columns[0].action] if len(actions) == 1 else "change"
    names = " and ".join(column.name for column in columns) if len(columns) <= 2 else f"{len(columns)} columns"
    return f"{verb} {names} of {parents[0]}"
