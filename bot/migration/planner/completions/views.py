"""Views and materialised views, also those that stand in the way of a change: drop, change, create again."""

from collections.abc import Iterator

from bot.migration.planner.change import Change
from bot.migration.planner.operations import Phase, PlannedOperation, execute
from bot.migration.planner.storage import alter_storage
from bot.model import ObjectKey
from bot.schema.compare import attribute
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import quote

_KINDS = ("view", "materialized_view")
_WORDS = {"view": "VIEW", "materialized_view": "MATERIALIZED VIEW"}


def operations(change: Change) -> Iterator[PlannedOperation]:
    gone = {key for kind in _KINDS for key in change.gone(kind)}
    for position, key in enumerate(reversed(_ordered(change.before, gone))):
        statement = f"DROP {_WORDS[key.kind]} {quote.qualified(key.schema, key.name)}"
        yield execute(Phase.DROP_VIEW, statement, position=position)
    new = {key for kind in _KINDS for key in change.new(kind)}
    for position, key in enumerate(_ordered(change.after, new)):
        yield execute(Phase.CREATE_VIEW, create(key, change.after.objects[key]), position=position)
    for kind in _KINDS:
        for key, difference in change.changed(kind).items():
            alter = f"ALTER {_WORDS[kind]} {quote.qualified(key.schema, key.name)}"
            yield from alter_storage(Phase.ALTER_VIEW, alter, difference)
            populated = attribute(difference, "populated")
            if populated and populated[1]:
                statement = f"REFRESH MATERIALIZED VIEW {quote.qualified(key.schema, key.name)}"
                yield execute(Phase.REFRESH_VIEW, statement)


def create(key: ObjectKey, attributes: Attributes) -> str:
    """The statement that makes a view as the server describes it."""
    options = f" USING {quote.name(attributes['access_method'])}" if attributes.get("access_method") else ""
    options += f" WITH ({', '.join(attributes['options'])})" if attributes.get("options") else ""
    options += f" TABLESPACE {quote.name(attributes['tablespace'])}" if attributes.get("tablespace") else ""
    definition = quote.short(attributes["definition"]).strip().rstrip(";")
    empty = " WITH NO DATA" if attributes.get("populated") is False else ""
    return f"CREATE {_WORDS[key.kind]} {quote.qualified(key.schema, key.name)}{options} AS\n{definition}{empty}"


def _ordered(snapshot: Snapshot, keys: set[ObjectKey]) -> list[ObjectKey]:
    """Views so that those which others read come first."""
    reads: dict[ObjectKey, set[ObjectKey]] = {key: set() for key in keys}
    for dependent, referenced in snapshot.depends:
        if dependent not in reads:
            continue
        source = next(
            (
                candidate
                for kind in _KINDS
                for candidate in (
                    ObjectKey(kind, referenced.schema, "", referenced.name),
                    ObjectKey(kind, referenced.schema, "", referenced.parent),
                )
                if candidate in reads and candidate != dependent
            ),
            None,
        )
        if source:
            reads[dependent].add(source)
    order: list[ObjectKey] = []

    def visit(key: ObjectKey) -> None:
        for source in sorted(reads[key]):
            if source not in order:
                visit(source)
        if key not in order:
            order.append(key)

    for key in sorted(keys):
        visit(key)
    return order
