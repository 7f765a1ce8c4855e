"""Which commits to compare when the user named only some of them, or none.

In: a repository, what `--base` and `--head` say. Out: the commit that head stands on, base's tip,
and where the two parted. Base not given means the default branch: what a pull request would be compared with.

* The working tree on the default branch itself: its changes since HEAD, or without any, those since origin's
  state of the branch, or else those of the last commit.
* A commit that the default branch already has: its first parent.
* Anything else: the default branch's tip.
"""

from dataclasses import dataclass

from bot.errors import UsageError
from bot.project.checkout.git import Ref, Repository

_FETCH = (
    "In a GitHub workflow give actions/checkout `fetch-depth: 0`; elsewhere run `git fetch --unshallow`"
    " or fetch the missing branch."
)
_USUAL_NAMES = ("main", "master", "trunk", "develop")


@dataclass(frozen=True)
class Revisions:
    """`merge_base` is None when the histories have nothing in common that is here."""

    head: str
    tip: str
    tip_name: str
    merge_base: str | None


def choose(repository: Repository, base: str, head: str, *, dirty: bool) -> Revisions:
    """Decide what to compare; `dirty` says that the working tree is head and differs from its commit.

    Raises `UsageError` for a revision that is not there, naming it.
    """
    start = head_commit(repository, head)
    if base:
        return _against(repository, start, named(repository, "--base", base), base)
    default = _default_branch(repository)
    on_default = not head and default.current_is_it
    if on_default and dirty:
        return _against(repository, start, start, "HEAD")
    parted = repository.merge_base(default.commit, start)
    if dirty or parted != start or not (head or on_default or default.detached):
        return _against(repository, start, default.commit, default.name)
    previous = _first_parent(repository, start)
    return _against(repository, start, previous, "the commit before")


def head_commit(repository: Repository, head: str) -> str:
    """The commit of `--head`, or the one that is checked out."""
    if head:
        return named(repository, "--head", head)
    found = repository.commit("HEAD")
    if found is None:
        raise UsageError(
            f"{repository.root} has no commit yet",
            "Commit the state before the change: it is what the change is compared with.",
            kind="no-commit",
        )
    return found


def named(repository: Repository, option: str, revision: str) -> str:
    """The commit that an option names."""
    found = repository.commit(revision)
    if found is None:
        branches = ", ".join(_short(ref) for ref in repository.refs("refs/heads", "refs/remotes")[:10])
        known = f"Branches that are here: {branches}." if branches else ""
        advice = f"{_FETCH} {known}" if repository.shallow else known
        raise UsageError(f"{option} {revision}: there is no such revision", advice.strip(), kind="unknown-revision")
    return found


@dataclass(frozen=True)
class _Default:
    name: str
    commit: str
    current_is_it: bool
    detached: bool


def _default_branch(repository: Repository) -> _Default:
    refs = {ref.name: ref for ref in repository.refs("refs/heads", "refs/remotes")}
    current = next((ref.name for ref in refs.values() if ref.current), None)
    found = _pick(refs, repository.config.get("init.defaultbranch", ""))
    if found is None:
        raise UsageError(
            "the default branch cannot be determined from the branches that are here",
            f"Name the revision to compare with: --base REV.{' ' + _FETCH if repository.shallow else ''}",
            kind="no-default-branch",
        )
    short = found.name.removeprefix("refs/heads/").removeprefix("refs/remotes/origin/")
    return _Default(_short(found), found.commit, current == f"refs/heads/{short}", current is None)


def _pick(refs: dict[str, Ref], configured: str) -> Ref | None:
    """Origin's own word, then the usual names, then the only branch there is."""
    pointer = refs.get("refs/remotes/origin/HEAD")
    if pointer and pointer.target in refs:
        return refs[pointer.target]
    for name in filter(None, (configured, *_USUAL_NAMES)):
        for place in ("refs/remotes/origin/", "refs/heads/"):
            if place + name in refs:
                return refs[place + name]
    for place in ("refs/remotes/origin/", "refs/heads/"):
        there = [ref for name, ref in refs.items() if name.startswith(place) and not ref.target]
        if there:
            return there[0] if len(there) == 1 else None
    return None


def _first_parent(repository: Repository, commit: str) -> str:
    """The commit before; a repository's first commit stands for itself, so that nothing has changed."""
    parents = repository.parents(commit)
    if not parents:
        return commit
    found = repository.commit(parents[0])
    if found is None:
        raise UsageError(f"the commit before {commit[:10]} is not here", _FETCH, kind="shallow")
    return found


def _against(repository: Repository, head: str, tip: str, name: str) -> Revisions:
    if head == tip or tip in repository.parents(head):
        return Revisions(head, tip, name, tip)  # true in a shallow clone too, which cannot tell otherwise
    return Revisions(head, tip, name, repository.merge_base(tip, head))


def _short(ref: Ref) -> str:
    return ref.name.removeprefix("refs/heads/").removeprefix("refs/remotes/")
