"""Git folders of our own that borrow a repository's objects, so that the repository is never written to.

In: a `Repository` of the user. Out: a scratch folder in which trees and commits can be made, and
checkouts with a `.git` of their own (tools that ask git for a version work in them). All is made below one
folder: whoever deletes it, or is killed before, leaves no trace in the user's repository.
"""

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.discovery.changed_file import ChangedFile
from bot.errors import ToolError
from bot.project.checkout.git import Ref, Repository
from bot.system import LOG_TAIL

_MAIN_CONFIG = "[core]\n\trepositoryformatversion = {version}\n\tfilemode = true\n\tbare = {bare}\n"
_HASH_CONFIG = "[extensions]\n\tobjectFormat = {name}\n"
# Git goes on after such a line.
_MISSING = re.compile(r"^error: unable to read sha1 file of (.+) \([0-9a-f]+\)$", re.MULTILINE)
_STATUSES = {"A": "A", "M": "M", "D": "D", "R": "R", "T": "M"}


@dataclass(frozen=True)
class Merge:
    """A merge that was tried: `tree` is None when it had `conflicts` (paths)."""

    tree: str | None
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scratch:
    """A bare git folder: the repository's attributes do not apply in it, no filter or merge driver runs."""

    path: Path
    repository: Repository

    @classmethod
    def make(cls, path: Path, repository: Repository) -> "Scratch":
        """A new one at `path`; raises `OSError` when that cannot be written."""
        _git_folder(path, repository, [repository.objects], head=None)
        return cls(path, repository)

    @property
    def objects(self) -> Path:
        return self.path / "objects"

    def commit(self, tree: str, parents: Iterable[str]) -> str:
        """A commit of `tree`, in the scratch folder only."""
        words = [word for parent in parents for word in ("-p", parent)]
        return self.repository.git("commit-tree", tree, *words, "-m", "migration-bot", cwd=self.path).stdout.strip()

    def tree(self, commit: str) -> str:
        """The tree of a commit."""
        return self.repository.git("rev-parse", "--verify", commit + "^{tree}", cwd=self.path).stdout.strip()

    def merge(self, base: str, ours: str, theirs: str) -> Merge:
        """What merging `theirs` into `ours` would give; `base` is where they parted."""
        done = self.repository.git(
            "merge-tree",
            "--write-tree",
            "--name-only",
            "--no-messages",
            "-z",
            ours,
            theirs,
            cwd=self.path,
            check=False,
        )
        tree, *rest = done.stdout.split("\0")
        if done.code == 0:
            return Merge(tree)
        if done.code == 1:
            return Merge(None, tuple(dict.fromkeys(path for path in rest if path)))
        return self._merge_by_file(base, ours, theirs)

    def _merge_by_file(self, base: str, ours: str, theirs: str) -> Merge:
        """For git before 2.38: merges files that one side alone touched."""
        index = {"GIT_INDEX_FILE": str(self.path / "merge-index")}
        self.repository.git("read-tree", "-m", "-i", "--aggressive", base, ours, theirs, cwd=self.path, env=index)
        listed = self.repository.git("ls-files", "--unmerged", "-z", cwd=self.path, env=index).stdout
        conflicts = tuple(dict.fromkeys(entry.partition("\t")[2] for entry in listed.split("\0") if entry))
        if conflicts:
            return Merge(None, conflicts)
        return Merge(self.repository.git("write-tree", cwd=self.path, env=index).stdout.strip())

    def changed(self, old: str, new: str) -> tuple[ChangedFile, ...]:
        """The files that differ between two trees or commits."""
        words = ["diff-tree", "-r", "-z", "-M", "--no-ext-diff", "--no-textconv", "--name-status", old, new]
        fields = iter(self.repository.git(*words, cwd=self.path).stdout.split("\0"))
        changes = []
        for status in fields:
            if not status:
                break
            if status[0] == "R":
                old_path = next(fields)
                changes.append(ChangedFile(next(fields), "R", old_path))
            else:
                changes.append(ChangedFile(next(fields), _STATUSES[status[0]]))  # type: ignore[arg-type]
        return tuple(changes)

    def checkout(self, commit: str, path: Path, tags: Iterable[Ref] = ()) -> tuple[str, ...]:
        """The files of `commit` in the new folder `path`, exactly as they are stored.

        Returns the paths of those that the repository does not have, as happens in partial clones.
        Raises `ToolError` when git cannot write the others.
        """
        path.mkdir(mode=0o755)
        _git_folder(path / ".git", self.repository, [self.objects], head=commit, tags=tags)
        done = self.repository.git("read-tree", "--reset", "-u", commit, cwd=path, check=False)
        if done.code == 0:
            return ()
        missing = tuple(_MISSING.findall(done.stderr))
        if not missing or len(missing) < done.stderr.count("error: "):
            # Not all of git's complaints say why.
            advice = f"See whether there is space left in {path.parent}."
            raise ToolError(f"git cannot check out {commit[:10]}", advice, log_tail=done.stderr[-LOG_TAIL:])
        self.repository.git("read-tree", commit, cwd=path)  # git wrote all other files, but no index
        return missing


def _git_folder(
    path: Path, like: Repository, borrow: Iterable[Path], head: str | None, tags: Iterable[Ref] = ()
) -> None:
    """Write by hand what `git init` would, without the user's templates and in less time."""
    sha1 = like.object_format == "sha1"
    config = _MAIN_CONFIG.format(version=0 if sha1 else 1, bare="true" if head is None else "false")
    for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (path / folder).mkdir(parents=True)
    (path / "config").write_text(config if sha1 else config + _HASH_CONFIG.format(name=like.object_format))
    (path / "HEAD").write_text(f"{head or 'ref: refs/heads/none'}\n")
    (path / "objects/info/alternates").write_text("".join(f"{_quoted(folder)}\n" for folder in borrow))
    if like.shallow and like.shallow.exists():
        shutil.copyfile(like.shallow, path / "shallow")
    lines = [f"{tag.commit} {tag.name}\n" + (f"^{tag.peeled}\n" if tag.peeled else "") for tag in tags]
    if lines:
        (path / "packed-refs").write_text("# pack-refs with: peeled fully-peeled sorted \n" + "".join(lines))


def _quoted(path: Path) -> str:
    """A path as a line of `alternates`; quoted where it would be taken for a comment or a quotation."""
    text = str(path)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if text[:1] in '#"' else text
