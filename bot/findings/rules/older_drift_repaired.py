"""What the generated file makes besides the change: base's models have it, and its migrations have not.

A database that got it in another way has it already, and the file stops there.
"""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed, named
from bot.model import Difference, Finding, ObjectKey, Where

CODE = "older-drift-repaired"
CODES = {CODE: "The file makes what base's models had already"}


def check(facts: Facts) -> Iterator[Finding]:
    generated = next((migration for migration in facts.project.migrations if migration.origin == "generated"), None)
    made = [named(difference) for difference in facts.project.drift if _is_made(facts, difference)]
    if generated and made and not facts.include_drift:
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"The file also makes {listed(made)}, which base's models had and its migrations had not",
            detail="Where a database has it already, made by `create_all` or by hand, the upgrade stops.",
            advice="If yours have it, set `baseline` to `models`. If not, the file is right as it is.",
            where=Where(path=generated.path),
        )


def _is_made(facts: Facts, difference: Difference) -> bool:
    """Whether a table, or a column of one that was there, is made by the upgrade."""
    if facts.old is None or facts.migrated is None or difference.kind not in ("table", "column"):
        return False
    made = difference.key not in facts.old.objects and difference.key in facts.migrated.objects
    table = ObjectKey("table", difference.schema, "", difference.parent)
    return made and (difference.kind == "table" or table in facts.old.objects)
