"""A downgrade that is missing or refuses to run, and what a complete one loses by nature."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed, named
from bot.model import Difference, Finding, ObjectKey, Where
from bot.sqltext.dml import effects
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Renaming

CODES = {
    "downgrade-missing": "The migration has no downgrade",
    "downgrade-irreversible": "The downgrade refuses to run",
    "data-dropped": "A table or a column goes with its values",
}


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.project.migrations:
        if migration.downgrade == "complete" or (facts.blocked is not None and migration.origin == "generated"):
            continue
        missing = migration.downgrade == "missing"
        yield Finding(
            code=f"downgrade-{migration.downgrade}",
            severity="warning",
            title=f"Revision {migration.revision} {'has no downgrade' if missing else 'cannot be downgraded'}",
            detail="The downgrade was not tested, so only the upgrade is proven.",
            advice="Write the downgrade if the change may have to be reverted.",
            where=Where(path=migration.path),
        )
    gone = [d for d in facts.project.declared if d.action == "removed" and d.kind in ("table", "column")]
    tables = {(d.schema, d.name) for d in gone if d.kind == "table"}
    renamed = {d.subject for d in facts.project.decisions if d.kind == "rename" and d.answer} | {*facts.project.renamed}
    gone = [d for d in gone if d.kind == "table" or (d.schema, d.parent) not in tables]
    renaming = list(_renaming(facts))
    shown = [
        named(d)
        for d in gone
        if dotted(d.schema, d.parent, d.name) not in renamed and not any(_has_new_name(facts, d, e) for e in renaming)
    ]
    if shown:
        yield Finding(
            code="data-dropped",
            severity="notice",
            title=f"The values of {listed(shown, 3)} go for good",
            detail=f"Dropped with its values: {listed(shown)}. The downgrade brings back the structure, not values.",
        )


def _renaming(facts: Facts) -> Iterator[Renaming]:
    """What the author's statements give another name."""
    for migration in facts.authored:
        sent = [statement.sql for statement in migration.statements if statement.direction == "upgrade"]
        yield from (effect for effect in effects(sent) if isinstance(effect, Renaming))


def _has_new_name(facts: Facts, gone: Difference, renaming: Renaming) -> bool:
    """Whether it is there under the name that a statement gives it."""
    there = facts.migrated.objects if facts.migrated is not None else {}
    if gone.kind == "table":
        same = not renaming.column and renaming.table.means(gone.schema, gone.name)
    else:
        same = renaming.column == gone.name and renaming.table.means(gone.schema, gone.parent)
    return same and ObjectKey(gone.kind, gone.schema, gone.parent, renaming.new_name) in there
