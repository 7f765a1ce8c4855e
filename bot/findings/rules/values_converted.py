"""Values that a new, narrower type cannot hold, in a migration that the author wrote."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.migration.intent.expected_data import ChangedValues
from bot.model import Finding
from bot.sqltext import quote
from bot.sqltext.names import dotted

CODE = "values-changed"
CODES = {CODE: "Values change, because their new type cannot hold them"}


def check(facts: Facts) -> Iterator[Finding]:
    asked = {decision.subject for decision in facts.project.decisions}
    for change in facts.changed:
        subject = dotted(change.new.schema, change.new.parent, change.new.name)
        if subject in asked:
            continue
        instead = "NULL" if change.instead is None else _shown(change.instead)
        yield Finding(
            code=CODE,
            severity="notice" if change.declared else "warning",
            title=f"Values of {subject} change",
            detail=f"{_why(change)}: {_shown(change.value)} becomes {instead}{_merged(change)}.",
        )


def _merged(change: ChangedValues) -> str:
    """What can no longer be told from it."""
    listed = ", ".join(map(_shown, change.alike))
    return (
        f", and so {'is' if len(change.alike) == 1 else 'are'} {listed}: no downgrade can tell them apart"
        if listed
        else ""
    )


def _shown(value: str) -> str:
    return value[:60] or "the empty text"


def _why(change: ChangedValues) -> str:
    if change.before_type == change.after_type:
        return "The new schema cannot hold them all"
    return f"{quote.short(change.after_type)} cannot hold them all"
