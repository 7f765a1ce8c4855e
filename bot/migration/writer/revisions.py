"""The migrations of a change: which are the pull request's own, and how the report shows a file."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from bot.model import Migration, Statement
from bot.project.client.client import Loaded, Revision
from bot.system import beneath

_TOO_LONG = 200_000  # characters of a migration file that a report carries


def own(base: Loaded | None, head: Loaded) -> list[Revision]:
    """Revisions that head has and base has not, oldest first."""
    known = {revision.revision for revision in base.revisions} if base else set()
    fresh = {revision.revision: revision for revision in head.revisions if revision.revision not in known}
    ordered: list[Revision] = []

    def visit(revision: Revision) -> None:
        if revision in ordered:
            return
        for parent in (*revision.down_revision, *revision.depends_on):
            if parent in fresh:
                visit(fresh[parent])
        ordered.append(revision)

    for revision in fresh.values():
        visit(revision)
    return ordered


def edited(base: Loaded | None, head: Loaded, base_root: Path, head_root: Path) -> list[Revision]:
    """Revisions that base has as well, with another content."""
    if base is None:
        return []
    before = {revision.revision: revision for revision in base.revisions}
    return [
        revision
        for revision in head.revisions
        if revision.revision in before
        and _text(base_root, before[revision.revision].path) != _text(head_root, revision.path)
    ]


def removed(base: Loaded | None, head: Loaded) -> list[Revision]:
    """Revisions that head no longer has."""
    known = {revision.revision for revision in head.revisions}
    return [revision for revision in base.revisions if revision.revision not in known] if base else []


def _text(root: Path, path: str) -> str:
    """The file's text; empty where the path, which the project's code names, is of no revision in the checkout."""
    parts = PurePosixPath(path)
    is_revision = parts.suffix == ".py" and not any(part.startswith(".") for part in parts.parts)
    return (beneath.text(root, path) or "") if is_revision else ""


def down_to(base_heads: Sequence[str], revisions: Sequence[Revision]) -> str:
    """Where the downgrade goes: to base's head, or as many steps back as there are new revisions."""
    if not base_heads:
        return "base"
    if len(base_heads) == 1:
        return base_heads[0]
    return f"-{max(len(revisions), 1)}"


def shown(revision: Revision, root: Path, generated: bool, statements: Mapping[str, list[Statement]]) -> Migration:
    """A migration file as the report has it."""
    parents = list(revision.down_revision)
    return Migration(
        path=revision.path,
        revision=revision.revision,
        down_revision=None if not parents else parents[0] if len(parents) == 1 else parents,
        origin="generated" if generated else "pull_request",
        source=_text(root, revision.path)[:_TOO_LONG],
        downgrade=revision.downgrade,
        statements=statements.get(revision.revision, []),
    )
