"""What the pull request's migration does to objects that no model declares."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed, named
from bot.model import Difference, Finding

CODES = {
    "undeclared-dropped": "The migration drops what no model declares",
    "undeclared-made": "The migration creates what no model declares",
    "trigger-disabled": "A trigger is left disabled",
    "view-emptied": "A materialised view is left without data",
}


def check(facts: Facts) -> Iterator[Finding]:
    dropped = [named(difference) for difference in facts.by_hand if difference.action == "removed"]
    others = [named(difference) for difference in facts.by_hand if difference.action != "removed"]
    if dropped:
        yield Finding(
            code="undeclared-dropped",
            severity="warning",
            title=f"The migration drops what no model declares: {listed(dropped)}",
            detail="It was in the database before, made by a migration or by hand, and nothing in the models says so.",
            advice="If it is still needed, keep it or create it again in the migration.",
        )
    emptied = [named(difference) for difference in facts.by_hand if _is_emptied(difference)]
    if emptied:
        yield Finding(
            code="view-emptied",
            severity="warning",
            title=f"Cannot be read after the upgrade: {listed(emptied)}",
            detail="The migration creates it WITH NO DATA; every query fails until it is refreshed.",
            advice="End the migration with REFRESH MATERIALIZED VIEW.",
        )
    silent = [named(difference) for difference in facts.by_hand if _is_switched_off(difference)]
    if silent:
        yield Finding(
            code="trigger-disabled",
            severity="warning",
            title=f"Left disabled by the migration: {listed(silent)}",
            detail="It fired before the upgrade and does not after it.",
            advice="End the migration with ALTER TABLE … ENABLE TRIGGER.",
        )
    if others:
        yield Finding(
            code="undeclared-made",
            severity="notice",
            title=f"Created by the migration and not declared by the models: {listed(others)}",
            detail="Autogenerate does not see it, and the bot leaves it as the migration created it.",
        )


def _is_emptied(difference: Difference) -> bool:
    """A materialized view that had rows and has none to be read."""
    before, after = difference.before or {}, difference.after or {}
    return difference.action == "changed" and before.get("populated") is True and after.get("populated") is False


def _is_switched_off(difference: Difference) -> bool:
    """A trigger that fired and does not fire any more."""
    before, after = difference.before or {}, difference.after or {}
    off = before.get("enabled") not in (None, "D") and after.get("enabled") == "D"
    return difference.kind == "trigger" and difference.action == "changed" and off
