"""The migrations of a change: which are the pull request's own, and how the report shows a file."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath

from bot.discovery import migration_code, syntax
from bot.errors import ProjectError
from bot.model import Migration, Statement
from bot.project.client.client import Loaded, Revision
from bot.system import beneath

_TRIES = 1000  # for an id: whoever removed revisions called 0 to f leaves none
_TOO_LONG = 200_000  # characters of a migration file that a report carries


def own(base: Loaded | None, head: Loaded) -> list[Revision]:
    """Revisions that head has and base has not, oldest first."""
    known = {revision.revision for revision in base.revisions} if base else set()
    fresh = {revision.revision: revision for revision in head.revisions if revision.revision not in known}
    ordered = dict[str, Revision]()
    left = [*reversed(fresh.values())]
    while left:
        revision = left[-1]
        parents = [fresh[name] for name in (*revision.down_revision, *revision.depends_on) if name in fresh]
        earlier = [parent for parent in parents if parent.revision not in ordered]
        left += reversed(earlier)
        if not earlier:
            ordered[left.pop().revision] = revision
    return list(ordered.values())


def edited(
    base: Loaded | None, head: Loaded, base_root: Path, head_root: Path, changed: Sequence[str]
) -> list[Revision]:
    """Revisions that base has as well, with another content; comments, docstrings and the layout are none.

    What they read of the `changed` files is a part of it.
    """
    if base is None:
        return []
    before = {revision.revision: revision for revision in base.revisions}
    both = [revision for revision in head.revisions if revision.revision in before]
    read = {*migration_code.readers(base_root, [before[revision.revision].path for revision in both], changed)}
    return [
        revision
        for revision in both
        if before[revision.revision].path in read
        or not syntax.alike(_text(base_root, before[revision.revision].path), _text(head_root, revision.path))
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


def new_id(base: Loaded | None, head: Loaded, candidates: Iterator[str]) -> str:
    """The first of the candidates that names nothing else.

    Where an id is gone, Alembic takes it for the beginning of another one: a database that is at `b2`, which head no
    longer has, would be at the new revision `b2…`.
    """
    known = {revision.revision for revision in head.revisions}
    gone = tuple(revision.revision for revision in removed(base, head))
    tried = islice(candidates, _TRIES)
    return next((one for one in tried if one not in known and not one.startswith(gone)), "") or next(candidates)


def down_to(base_heads: Sequence[str]) -> str:
    """Where the downgrade goes: to base's heads. Alembic has no word for several: the worker knows them by commas."""
    return ",".join(base_heads) or "base"


def continued(loaded: Loaded, root: Path, tables: Collection[str], branch: str) -> str:
    """The head that a new revision follows; empty where there is no choice.

    Of several heads it is the one of `branch` (a label or a revision), else the only one whose own revisions speak of
    one of `tables`. Raises `ProjectError` with the choice that there is.
    """
    heads = [revision for revision in loaded.revisions if revision.revision in loaded.heads]
    if len(heads) < 2:
        return ""
    lines = {head.revision: _ancestors(loaded, head) for head in heads}
    labels = {head: sorted({label for r in line.values() for label in r.branch_labels}) for head, line in lines.items()}
    named = [head for head in lines if branch and branch in (head, *labels[head])]
    shared = set.intersection(*(set(line) for line in lines.values()))
    fitting = named or [
        head
        for head, line in lines.items()
        if not branch and any(_speaks(_text(root, r.path), tables) for name, r in line.items() if name not in shared)
    ]
    if len(fitting) == 1:
        return fitting[0]
    shown = ", ".join(" ".join([head, *(f"({label})" for label in labels[head])]) for head in lines)
    what = f"--branch {branch} is none of them" if branch else "which of them a new migration follows is not clear"
    raise ProjectError(
        f"there are {len(lines)} heads, {shown}: {what}",
        "Name it with --branch LABEL or --branch REVISION, or merge them (`alembic merge heads`).",
        kind="heads",
    )


def _ancestors(loaded: Loaded, head: Revision) -> dict[str, Revision]:
    """A revision with all that it follows."""
    known = {revision.revision: revision for revision in loaded.revisions}
    found, left = dict[str, Revision](), [head.revision]
    while left:
        name = left.pop()
        if name in known and name not in found:
            found[name] = known[name]
            left += known[name].down_revision
    return found


def _speaks(source: str, tables: Collection[str]) -> bool:
    return any(re.search(rf"\b{re.escape(table)}\b", source) for table in tables)


def sources(loaded: Loaded | None, root: Path) -> list[str]:
    """The texts of all migration files of one side."""
    return [_text(root, revision.path)[:_TOO_LONG] for revision in (loaded.revisions if loaded else ())]


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
