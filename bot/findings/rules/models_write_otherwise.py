"""Models that write and read other values than the rows have, into a column whose type stays as it is."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.migration.intent.written_values import ChangedWriting, literal
from bot.model import Finding
from bot.project.client.answers import WrittenValue
from bot.sqltext.dml import effects
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment, Deletion, Effect, Renaming

CODE = "models-write-otherwise"
CODES = {CODE: "The models write other values than the rows have"}
_SHOWN = 3


def check(facts: Facts) -> Iterator[Finding]:
    sent = [s.sql for m in facts.project.migrations for s in m.statements if s.direction == "upgrade"]
    done = effects(sent) if facts.writings else []
    for change in facts.writings:
        there = facts.old is None or any((key.schema, key.name) == change.table for key in facts.old.of("table"))
        if there and not any(_answers(effect, change) for effect in done):
            yield Finding(
                code=CODE,
                severity="warning",
                title=f"The models write other values into {dotted(*change.table, change.column)} than rows have",
                detail=_detail(change),
                advice=_advice(change),
            )


def _answers(effect: Effect, change: ChangedWriting) -> bool:
    """Whether a statement gives the rows other values, or is there to delete those that have none."""
    if not effect.table.means(*change.table):
        return False
    if isinstance(effect, Assignment):
        return effect.column == change.column and not effect.is_cast
    if isinstance(effect, Renaming):
        return effect.new_name == change.column
    return isinstance(effect, Deletion) and any(new is None for _, new in change.pairs)


def _detail(change: ChangedWriting) -> str:
    if change.reason == "discriminator":
        return (
            f"The column {change.column} says of which class a row is; in the rows that are there, it is"
            f" {change.instead}."
        )
    if not change.pairs:
        return "A type of the project's writes other values than are read there, or did so until now."
    table = dotted(*change.table)
    said = [_said(change.column, old, new) for old, new in change.pairs[:_SHOWN]]
    more = f" So it is with {len(change.pairs) - _SHOWN} more." if len(change.pairs) > _SHOWN else ""
    return f"Rows of {table} keep {'; '.join(said)}.{more}"


def _said(column: str, old: WrittenValue, new: WrittenValue | None) -> str:
    if new is None:
        return f"`{column} = {_shown(old)}`, which the models do not know any more"
    return f"`{column} = {_shown(old)}`, while the models write and read `{_shown(new)}`"


def _shown(value: WrittenValue) -> str:
    return literal(value) or value.text or "something else each time"


def _advice(change: ChangedWriting) -> str:
    if change.update:
        return f"Let a migration change them: `op.execute({change.update!r})`, and back in its downgrade."
    return "Let a migration change the values, and back in its downgrade."
