"""Privileges, owners, casts, publications and other kinds that the bot compares and does not write."""

from collections.abc import Iterable, Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed, named
from bot.model import Difference, Finding

CODES = {
    "not-as-declared": "Privileges, owners and the like are not as the models' database has them",
    "not-restored": "A step does not bring back privileges, owners and the like",
    "undeclared-made": "The migration creates what no model declares",
}
_STEPS = {"downgrade": "The downgrade", "upgrade again": "The second upgrade"}


def check(facts: Facts) -> Iterator[Finding]:
    missed = [found for found in facts.watched if not found.by_hand]
    upgraded = [found.difference for found in missed if found.step == "upgrade"]
    if not facts.project.migrations and facts.watched_change:
        upgraded = list(facts.watched_change)
    if upgraded:
        yield Finding(
            code="not-as-declared",
            severity="warning",
            title=f"Not as the models' database has it after the upgrade: {_listed(upgraded)}",
            detail="The bot compares these kinds of objects and does not write them. " + _details(upgraded),
            advice="Write it into the migration with op.execute, in both directions.",
        )
    for step, subject in _STEPS.items():
        differences = [found.difference for found in missed if found.step == step]
        if differences:
            yield Finding(
                code="not-restored",
                severity="warning",
                title=f"{subject} does not bring back: {_listed(differences)}",
                detail=_details(differences),
                advice="Let the migration undo it with op.execute.",
            )
    by_hand = [found.difference for found in facts.watched if found.by_hand]
    if by_hand:
        yield Finding(
            code="undeclared-made",
            severity="notice",
            title=f"Created by the migration and not declared by the models: {_listed(by_hand)}",
            detail="The bot leaves it as the migration created it.",
        )


def _listed(differences: Iterable[Difference]) -> str:
    return listed(list(dict.fromkeys(_named(difference) for difference in differences)))


def _named(difference: Difference) -> str:
    if difference.kind != "access":
        return named(difference)
    kind, _, name = difference.name.partition(" ")
    of = Difference(kind=kind, schema=difference.schema, parent=difference.parent, name=name, action="changed")
    return f"access to {named(of)}"


def _details(differences: Iterable[Difference]) -> str:
    """What is there and what has to be, for the first few."""
    lines = [f"{_named(d)}: {_short(d.before)} → {_short(d.after)}" for d in list(differences)[:4]]
    return "Actual → expected: " + "; ".join(lines) + "."


def _short(attributes: dict[str, object] | None) -> str:
    if not attributes:
        return "none"
    found = ", ".join(f"{name} {value}" for name, value in sorted(attributes.items()) if value is not None)
    return found[:200] or "none"
