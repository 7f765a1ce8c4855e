"""What the pull request's migration does to objects that no model declares."""

from collections.abc import Iterable, Iterator

import msgspec

from bot.findings.facts import Facts
from bot.findings.phrases import listed, named
from bot.model import Difference, Finding

CODES = {
    "undeclared-dropped": "The migration drops what no model declares",
    "undeclared-made": "The migration creates what no model declares",
    "trigger-disabled": "A trigger is left disabled",
    "view-emptied": "A materialised view is left without data",
}


# Each without the names of the objects, which follow in the title.
_DROPPED = Finding(
    code="undeclared-dropped",
    severity="warning",
    title="The migration drops what no model declares",
    detail="It was in the database before, created by a migration or by hand, and no model declares it.",
    advice="If it is still needed, keep it or create it again in the migration.",
)
_EMPTIED = Finding(
    code="view-emptied",
    severity="warning",
    title="Cannot be read after the upgrade",
    detail="The migration creates it WITH NO DATA; every query fails until it is refreshed.",
    advice="End the migration with REFRESH MATERIALIZED VIEW.",
)
_DISABLED = Finding(
    code="trigger-disabled",
    severity="warning",
    title="Left disabled by the migration",
    detail="It fired before the upgrade and does not after it.",
    advice="End the migration with ALTER TABLE … ENABLE TRIGGER.",
)
_CREATED = Finding(
    code="undeclared-made",
    severity="notice",
    title="Created by the migration and not declared by the models",
    detail="Autogenerate does not see it, and the bot leaves it as the migration created it.",
)


def check(facts: Facts) -> Iterator[Finding]:
    yield from _finding(_DROPPED, (difference for difference in facts.by_hand if difference.action == "removed"))
    yield from _finding(_EMPTIED, filter(_is_emptied, facts.by_hand))
    yield from _finding(_DISABLED, filter(_is_disabled, facts.by_hand))
    yield from _finding(_CREATED, (difference for difference in facts.by_hand if difference.action != "removed"))


def _finding(finding: Finding, differences: Iterable[Difference]) -> Iterator[Finding]:
    """One finding for all of them, if there are any."""
    names = [named(difference) for difference in differences]
    if names:
        yield msgspec.structs.replace(finding, title=f"{finding.title}: {listed(names)}")


def _is_emptied(difference: Difference) -> bool:
    """A materialized view that had rows and has none to be read."""
    before, after = difference.before or {}, difference.after or {}
    return difference.action == "changed" and before.get("populated") is True and after.get("populated") is False


def _is_disabled(difference: Difference) -> bool:
    """A trigger that fired and does not fire any more."""
    before, after = difference.before or {}, difference.after or {}
    off = before.get("enabled") not in (None, "D") and after.get("enabled") == "D"
    return difference.kind == "trigger" and difference.action == "changed" and off
