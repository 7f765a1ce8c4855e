"""Submodules of a checkout, filled from what the user has checked out of them.

In: a checkout, the folder of the user that holds the submodules. Out: the submodules' files at the
commit that the checkout asks for, and notes about those that are not here. Nothing is ever fetched.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.errors import BotError
from bot.project.checkout.git import Git, Repository
from bot.project.checkout.scratch import Scratch

_DEPTH = 5  # submodules in submodules; a repository can contain itself


@dataclass(frozen=True)
class Submodule:
    path: str
    commit: str


def fill(git: Git, checkout: Path, source: Path, scratch_dir: Path, depth: int = 0) -> list[str]:
    """Fill the submodules of `checkout` from the same paths below `source`; the paths of those left out.

    `scratch_dir` is an existing folder for the git folders that this needs.
    """
    if depth >= _DEPTH or not (checkout / ".gitmodules").is_file():
        return []
    left_out: list[str] = []
    for number, module in enumerate(_submodules(git, checkout)):
        below = scratch_dir / f"module-{number}"
        below.mkdir()
        if not _fill_one(git, checkout / module.path, source / module.path, module.commit, below):
            left_out.append(module.path)
            continue
        inner = fill(git, checkout / module.path, source / module.path, below, depth + 1)
        left_out += [f"{module.path}/{path}" for path in inner]
    return left_out


def _submodules(git: Git, checkout: Path) -> list[Submodule]:
    entries = git("ls-files", "--stage", "-z", cwd=checkout).stdout.split("\0")
    links = (entry.partition("\t") for entry in entries if entry.startswith("160000 "))
    return [Submodule(path, head.split()[1]) for head, _, path in links]


def _fill_one(git: Git, target: Path, source: Path, commit: str, below: Path) -> bool:
    if not (source / ".git").exists() or source.resolve() != source:
        return False
    try:
        repository = Repository.open(git, source)
        if repository.root != source or repository.commit(commit) is None:
            return False
        target.rmdir()  # git leaves an empty folder in a submodule's place
        Scratch.make(below / "scratch.git", repository).checkout(commit, target)
    except (BotError, OSError):
        return False
    return True
