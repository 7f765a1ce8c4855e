"""More heads than base has: `alembic upgrade head` stops with "Multiple head revisions are present"."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding

CODE = "several-heads"
CODES = {CODE: "The history gets more heads than it had"}


def check(facts: Facts) -> Iterator[Finding]:
    base = len(facts.base.heads) if facts.base else 1
    heads = list(facts.head.heads)
    if len(heads) <= max(base, 1):
        return
    yield Finding(
        code=CODE,
        severity="error",
        title=f"The change leads to {len(heads)} heads",
        detail=(
            f"`alembic upgrade head` refuses to run when there are several heads: {', '.join(heads)}.{_stale(facts)}"
        ),
        advice=(
            "Point `down_revision` of the new migration at base's head (`/migration rebase`), or add a merge revision"
            f" (`alembic merge {' '.join(heads)}`)."
        ),
    )


def _stale(facts: Facts) -> str:
    """Base has gone on since the new migration was written."""
    base = set(facts.base.heads) if facts.base else set()
    known = {revision.revision for revision in facts.base.revisions} if facts.base else set()
    moved = [
        f" Revision {revision.revision} continues from {parent}, but base has moved on to {', '.join(sorted(base))}."
        for revision in facts.own
        for parent in revision.down_revision
        if parent in known and parent not in base
    ]
    return "".join(moved)
