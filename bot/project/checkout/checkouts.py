"""Both sides of a comparison as checkouts outside the user's tree.

In: a repository, two revisions (or none: see `revisions`), a folder of the run. Out: the folders
`base` and `head`, and the files that differ between them. Head is what would land: merged onto base's tip
where that works without conflicts, else head alone against the commit where it left base, and a note that
says so. The user's tree, index, references, stashes and object store are never written to.
"""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from bot.discovery.changed_file import ChangedFile
from bot.errors import ToolError, UsageError
from bot.project.checkout import comparison, submodules, working_tree
from bot.project.checkout.comparison import Revisions
from bot.project.checkout.git import Git, Ref, Repository
from bot.project.checkout.scratch import Scratch
from bot.system import Account, landlock, remove

MOST_FILES = 1_000_000  # of a commit
_OBJECT_NAME = re.compile(r"\b[0-9a-f]{40,64}\b")
# A project does not work without these; pictures and data it can do without.
_CODE = (".py", ".mako", ".ini", ".cfg", ".toml", ".sql", ".txt", ".lock")


@dataclass(frozen=True)
class Side:
    """A checkout; `commit` is the revision that was asked for, None for the working tree.

    It belongs to the worker, `.git` included: run no git in it once untrusted code has.
    """

    name: Literal["base", "head"]
    path: Path
    commit: str | None


@dataclass(frozen=True)
class Workspaces:
    """The two sides, and what lies between them.

    `merged` says that head contains `base_tip`, of itself or because it was merged onto it; `merge_note` is
    empty when there is nothing to say of that, `conflict` when that was possible. `merge_base` is where head left base
    (`base_tip` when that cannot be determined). `notes` are about files that could not be had; `tree_of_head` is git's
    name for what is in head's checkout.
    """

    base: Side
    head: Side
    changed: tuple[ChangedFile, ...]
    merged: bool
    merge_note: str
    conflict: str
    base_tip: str
    merge_base: str
    repository: Repository
    tree_of_head: Callable[[], str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Comparison:
    """The two commits to check out, of which head's may exist in the scratch folder only."""

    base: str
    head: str
    merged: bool
    note: str = ""
    conflict: str = ""


@contextmanager
def prepare(git: Git, repo: Path, base: str, head: str, run_dir: Path, worker: Account) -> Iterator[Workspaces]:
    """Check out both sides below `run_dir`, readable and writable by `worker`.

    Empty `base` and `head` mean the default branch and the working tree. The checkouts are gone when the
    context ends. Raises `UsageError` for a folder or revision that is not there, `ToolError` when git fails.
    """
    repository = Repository.open(git, repo)
    if repository.bare and not head:
        raise UsageError(f"{repo} is a bare repository: it has no working tree", "Name a revision with --head.")
    folder = run_dir / "workspaces"
    try:
        folder.mkdir(mode=0o755)
        scratch = Scratch.make(folder / "scratch.git", repository)
        yield _workspaces(scratch, base, head, worker)
    finally:
        remove(folder)


def _workspaces(scratch: Scratch, base: str, head: str, worker: Account) -> Workspaces:
    repository = scratch.repository
    taken = None
    start = comparison.head_commit(repository, head)
    if repository.git.has_more_files(repository.root, start, MOST_FILES):
        raise UsageError(
            f"{start[:10]} has more than {MOST_FILES:,} files: nothing is checked out",
            "See which folder of it has them: a folder can be in a commit any number of times at no cost.",
            kind="size",
        )
    if not head:
        taken = working_tree.take(repository, scratch)
    dirty = taken is not None and taken.tree != repository.tree(start)
    chosen = comparison.choose(repository, base, head, dirty=dirty)
    standing = scratch.commit(taken.tree, [start]) if taken and dirty else start
    compared = _compare(scratch, chosen, standing)
    sides = (
        Side("base", scratch.path.parent / "base", compared.base),
        Side("head", scratch.path.parent / "head", None if taken else start),
    )
    notes = (*(taken.notes if taken else ()), *_check_out(scratch, sides, compared))
    _hand_over(scratch.path, worker, writable=False)
    for side in sides:
        # Both are thrown away; but without Landlock, head's code could write to what it is compared with.
        _hand_over(side.path, worker, writable=side.name == "head" or landlock.version() > 0)
    return Workspaces(
        base=sides[0],
        head=sides[1],
        changed=scratch.changed(compared.base, compared.head),
        merged=compared.merged,
        merge_note=compared.note,
        conflict=compared.conflict,
        base_tip=chosen.tip,
        merge_base=chosen.merge_base or chosen.tip,
        repository=repository,
        tree_of_head=partial(scratch.tree, compared.head),
        notes=notes,
    )


def _compare(scratch: Scratch, chosen: Revisions, head: str) -> _Comparison:
    """Which two commits stand for the sides, merging them when base has moved on."""
    tip = _OBJECT_NAME.sub(lambda name: name[0][:10], chosen.tip_name)
    if chosen.merge_base is None:
        cut = "the clone is too shallow to see where they parted" if scratch.repository.shallow else "none is here"
        note = f"head and {tip} have no common commit ({cut}): they are compared as they are"
        return _Comparison(chosen.tip, head, merged=False, note=note)
    if chosen.merge_base == chosen.tip:
        return _Comparison(chosen.tip, head, merged=True)
    merge = scratch.merge(chosen.merge_base, chosen.tip, head)
    if merge.tree is None:
        shown = ", ".join(merge.conflicts[:5]) + (", …" if len(merge.conflicts) > 5 else "")
        conflict = (
            f"Head conflicts with {tip} (in {shown}): "
            f"it is examined alone, against {chosen.merge_base[:10]}, where it left"
        )
        return _Comparison(chosen.merge_base, head, merged=False, conflict=conflict)
    newer = scratch.repository.newer(chosen.merge_base, chosen.tip)
    commits = f"{newer} newer commit{'s' * (newer != 1)}"
    note = f"head is checked as it would land: merged with {tip}, which has {commits}"
    return _Comparison(chosen.tip, scratch.commit(merge.tree, [chosen.tip, head]), merged=True, note=note)


def _check_out(scratch: Scratch, sides: tuple[Side, Side], compared: _Comparison) -> tuple[str, ...]:
    """Write the files of both sides at the same time; notes about what is not there."""
    tags = scratch.repository.refs("refs/tags")
    with ThreadPoolExecutor(len(sides)) as pool:
        commits = (compared.base, compared.head)
        found = list(pool.map(lambda side, commit: _fill(scratch, side, commit, tags), sides, commits))
    files = dict.fromkeys(path for missing, _ in found for path in missing)
    modules = dict.fromkeys(path for _, missing in found for path in missing)
    links = dict.fromkeys(path for side in sides for path in _cut_links(side.path))
    notes = (
        f"files left out, the repository has them not (a partial clone): {', '.join(files)}" if files else "",
        f"submodules left out, they are not checked out here: {', '.join(modules)}" if modules else "",
        f"symbolic links left out, they lead out of the repository: {', '.join(links)}" if links else "",
    )
    return tuple(note for note in notes if note)


def _fill(scratch: Scratch, side: Side, commit: str, tags: list[Ref]) -> tuple[list[str], list[str]]:
    """Files and submodules of a side that could not be had."""
    missing = scratch.checkout(commit, side.path, tags)
    code = [path for path in missing if path.endswith(_CODE)]
    if code:
        raise ToolError(
            f"the repository does not have {', '.join(code[:5])} of {side.name} ({commit[:10]})",
            "It is a partial clone: fetch all of it with `git fetch --refetch --no-filter`.",
        )
    below = scratch.path / f"modules-{side.name}"
    below.mkdir()
    return list(missing), submodules.fill(scratch.repository.git, side.path, scratch.repository.root, below)


def _cut_links(checkout: Path) -> list[str]:
    """Remove links to what is not part of the repository: the bot, too, reads files there, as who it is."""
    top = Path(os.path.realpath(checkout))
    found = [
        path
        for folder, folders, files in os.walk(checkout)
        for path in (Path(folder, name) for name in (*folders, *files))
        if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(top)
    ]
    for path in found:
        path.unlink()
    return sorted(path.relative_to(checkout).as_posix() for path in found)


def _hand_over(path: Path, worker: Account, *, writable: bool) -> None:
    """Let the worker's account read everything, whatever the umask is, and write to it if it may.

    Links are left as they are: what they point to is not part of the checkout.
    """
    if not worker.is_other:
        return
    for folder, _, files in os.walk(path):
        for name in (folder, *(os.path.join(folder, file) for file in files)):  # noqa: PTH118
            if os.path.islink(name):  # noqa: PTH114
                continue
            mode = os.stat(name).st_mode  # noqa: PTH116
            wanted = mode | 0o444 | (0o111 if mode & 0o100 else 0)
            if wanted != mode:
                os.chmod(name, wanted)  # noqa: PTH101
            if writable:
                worker.own(Path(name))
