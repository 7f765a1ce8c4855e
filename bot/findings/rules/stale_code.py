"""Functions, views, policies and so on that speak of what the migration renamed or dropped."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.model import Finding, Migration, ObjectKey, Where
from bot.schema.gone import gone
from bot.schema.stale import Stale, StaleCode
from bot.schema.stale_texts import StaleTexts
from bot.sqltext.names import dotted
from bot.sqltext.renaming import new_name

CODE = "stale-code"
CODES = {CODE: "Code in the database speaks of what the migration renamed or dropped"}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.old is None or facts.migrated is None or not (lost := gone(facts.old, facts.migrated)):
        return
    found: dict[ObjectKey, list[Stale]] = {}
    for stale in (*StaleCode(facts.old, facts.migrated, lost).found(), *StaleTexts(facts.migrated, lost).found()):
        found.setdefault(stale.key, []).append(stale)
    for key, names in found.items():
        now = [_now(stale, facts.project.migrations) for stale in names]
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"{_named(key)} still speaks of {listed(now, 4)}",
            detail="The server keeps it as text, which no renaming reaches: it fails or finds nothing once it is used.",
            advice=f"{_ADVICE.get(key.kind, 'Create it again')} in the same migration, and in its downgrade.",
            where=_place(names[0], facts.project.migrations),
        )


_ADVICE = {
    "function": "CREATE OR REPLACE it",
    "view": "CREATE OR REPLACE it",
    "policy": "ALTER POLICY",
    "column": "ALTER COLUMN … SET DEFAULT",
}


def _named(key: ObjectKey) -> str:
    if key.kind == "function":
        return key.name if key.schema == "public" else f"{key.schema}.{key.name}"
    kind = "default of" if key.kind == "column" else key.kind.replace("_", " ")
    return f"The {kind} {dotted(key.schema, key.parent, key.name)}"


def _now(stale: Stale, migrations: list[Migration]) -> str:
    """What is gone, and what it is called now."""
    *where, name = stale.names
    sent = [statement.sql for m in migrations for statement in m.statements if statement.direction == "upgrade"]
    other = next((other for sql in sent if (other := new_name(sql, name))), "")
    if stale.kind == "label":
        return f"'{name}', which is " + (f"'{other}' of" if other else "no label of") + f" {dotted(*where)} now"
    called = f"{dotted(*stale.names)}{'()' * (stale.kind == 'function')}"
    if not other:
        return f"{called}, which is gone"
    return f"{called}, which is {dotted(*where, other) if stale.kind == 'column' else other} now"


def _place(stale: Stale, migrations: list[Migration]) -> Where | None:
    """The statement that renames it, else the migration."""
    for migration in migrations:
        for statement in migration.statements:
            if statement.direction == "upgrade" and stale.names[-1] in statement.sql:
                return Where(path=migration.path, line=statement.line)
    return Where(path=migrations[0].path) if migrations else None
