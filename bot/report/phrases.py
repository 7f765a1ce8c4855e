"""Phrases shared by templates and the terminal.

In: parts of a report. Out: plain text, not escaped.
"""

from bot.model import Action, Difference, Migration, Project

# What a difference's action means where a database is held against the models, and where base's migrations are.
STANDING: dict[Action, str] = {"added": "is missing", "removed": "is left over", "changed": "is different"}
DRIFTED: dict[Action, str] = {
    "added": "is in the models only",
    "removed": "is in the migrations only",
    "changed": "is different",
}


def generated(project: Project) -> list[Migration]:
    """The migrations that the bot wrote."""
    return [migration for migration in project.migrations if migration.origin == "generated"]


_CONSTRAINTS = {"c": "check", "f": "foreign key", "p": "primary key", "u": "unique constraint"}


def kind_of(difference: Difference) -> str:
    """`materialized view`; of a constraint, which kind, where that is known."""
    if difference.kind == "constraint":
        kind = (difference.after or difference.before or {}).get("type")
        return _CONSTRAINTS.get(str(kind), "constraint")
    return difference.kind.replace("_", " ")


def name_of(schema: str, parent: str, name: str) -> str:
    """A dotted name without `public`."""
    return ".".join(part for part in (schema if schema != "public" else "", parent, name) if part)


def is_owned(difference: Difference) -> bool:
    """A sequence of a column: it comes and goes with the table."""
    return difference.kind == "sequence" and bool((difference.after or difference.before or {}).get("owned_by"))
