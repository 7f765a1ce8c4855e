"""What the pull request's migration does to objects that no model declares."""

from collections.abc import Iterable, Iterator

import msgspec

from bot.findings.facts import Facts
from bot.findings.phrases import listed, named
from bot.model import Difference, Finding

CODES = {
    "undeclared-dropped": "The migration drops what no model declares",
    "undeclared-made": "The migration creates what no model declares",
    "undeclared-changed": "The migration changes what no model declares",
    "named-otherwise": "A constraint has another name than the models give it",
    "row-security-off": "Row security is left off",
    "trigger-disabled": "A trigger is left disabled",
    "view-emptied": "A materialised view is left without data",
}

_GUARDS = ("index", "constraint")
_CLAUSES = {"function": ("SECURITY DEFINER", "SET SEARCH_PATH"), "trigger": (" WHEN (",)}

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
_CHANGED = Finding(
    code="undeclared-changed",
    severity="notice",
    title="Changed by the migration, which the models do not declare",
    detail="Autogenerate does not see it, and the bot leaves it as the migration made it.",
)
_REDEFINED = msgspec.structs.replace(
    _CHANGED,
    severity="warning",
    title="An index or a constraint that no model declares is another one after the migration",
    advice="Check that it still guards what it guarded.",
)
_LESS = msgspec.structs.replace(
    _CHANGED,
    severity="warning",
    title="Made again by the migration without a clause that it had",
    detail="What is created anew has what its CREATE names: WITH CHECK OPTION, security_invoker, SECURITY DEFINER …",
    advice="Name it in the CREATE, unless it is not meant any more.",
)
_NAMED = Finding(
    code="named-otherwise",
    severity="warning",
    title="The migration gives a constraint another name than the models do",
    detail="It is the same but for that; a later migration that autogenerate writes speaks of it by the models' name.",
    advice="Use the models' name, or give the model this one.",
)
_UNGUARDED = Finding(
    code="row-security-off",
    severity="warning",
    title="Row security is left off by the migration",
    detail="It was on before the upgrade and is not after it: policies are not asked any more.",
    advice="End the migration with ALTER TABLE … ENABLE (or FORCE) ROW LEVEL SECURITY.",
)


def check(facts: Facts) -> Iterator[Finding]:
    yield from _finding(_DROPPED, (difference for difference in facts.by_hand if difference.action == "removed"))
    yield from _finding(_EMPTIED, filter(_is_emptied, facts.by_hand))
    yield from _finding(_DISABLED, filter(_is_disabled, facts.by_hand))
    yield from _finding(_UNGUARDED, filter(_is_unguarded, facts.by_hand))
    yield from _finding(_CREATED, (difference for difference in facts.by_hand if difference.action == "added"))
    yield from _finding(_NAMED, filter(_is_named, facts.by_hand))
    yield from _finding(_LESS, filter(_has_lost_a_clause, facts.by_hand))
    told = (_is_emptied, _is_disabled, _is_unguarded, _is_named, _has_lost_a_clause)
    changed = [d for d in facts.by_hand if d.action == "changed" and not any(tells(d) for tells in told)]
    yield from _finding(_REDEFINED, (d for d in changed if d.kind in _GUARDS))
    yield from _finding(_CHANGED, (d for d in changed if d.kind not in _GUARDS))


def _finding(finding: Finding, differences: Iterable[Difference]) -> Iterator[Finding]:
    """One finding for all of them, if there are any."""
    names = [named(difference) for difference in differences]
    if names:
        yield msgspec.structs.replace(finding, title=f"{finding.title}: {listed(names)}")


def _is_emptied(difference: Difference) -> bool:
    """A materialized view that had rows and has none to be read."""
    before, after = difference.before or {}, difference.after or {}
    return difference.action == "changed" and before.get("populated") is True and after.get("populated") is False


def _is_named(difference: Difference) -> bool:
    """A constraint that the models declare under another name."""
    return difference.action == "changed" and set(difference.after or {}) == {"name"}


def _has_lost_a_clause(difference: Difference) -> bool:
    """A view that lacks an option which it had, or has another value of it; a function with its caller's rights, a
    trigger without its condition, a policy that no longer restricts the others."""
    before, after = difference.before or {}, difference.after or {}
    if difference.action != "changed":
        return False
    if difference.kind in ("view", "materialized_view"):
        return not {*(before.get("options") or ())} <= {*(after.get("options") or ())}
    if difference.kind == "policy":
        return before.get("permissive") is False and after.get("permissive") is True
    texts = [str(side.get("definition") or "").upper() for side in (before, after)]
    return any(clause in texts[0] and clause not in texts[1] for clause in _CLAUSES.get(difference.kind, ()))


def _is_disabled(difference: Difference) -> bool:
    """A trigger that fired and does not fire any more."""
    before, after = difference.before or {}, difference.after or {}
    off = before.get("enabled") not in (None, "D") and after.get("enabled") == "D"
    return difference.kind == "trigger" and difference.action == "changed" and off


def _is_unguarded(difference: Difference) -> bool:
    """A table whose rows were guarded by policies, or from their owner as well, and are no longer."""
    before, after = difference.before or {}, difference.after or {}
    names = ("row_security", "force_row_security")
    return difference.kind == "table" and any(before.get(name) and after.get(name) is False for name in names)
