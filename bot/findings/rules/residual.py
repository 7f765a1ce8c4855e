"""What the migrated database still lacks, or has too much, compared with what the models declare."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed, named
from bot.model import Finding

CODE = "incomplete"
CODES = {CODE: "After the upgrade, the database is not what the models declare"}
_WORDS = {"added": "is missing", "removed": "is left over", "changed": "is different"}


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.residual:
        return
    items = [f"{named(d)} {_WORDS[d.action]}" for d in facts.residual]
    generated = any(m.origin == "generated" for m in facts.project.migrations)
    own = bool(facts.authored)
    yield Finding(
        code=CODE,
        severity="error",
        title="The pull request's migrations do not lead to what the models declare" if own
        else "The migration does not lead to what the models declare",
        detail=f"After the upgrade: {listed(items)}.",
        advice=_advice(facts, own and generated),
    )  # fmt: skip


def _advice(facts: Facts, completed: bool) -> str:
    if completed:
        # The lines that mend the file speak for themselves.
        return "" if facts.mended else "Another migration with what is missing was generated."
    why = f" Autogenerate could not write what is missing: {facts.unwritten}" if facts.unwritten else ""
    return f"Change the migration by hand, or the models.{why}"
