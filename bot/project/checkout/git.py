"""The only caller of git, with nothing of the repository's own configuration that could run a program.

In: a folder in a repository. Out: where its parts are, and answers to questions about its history.
A `Repository` is the user's and only ever read: no hook, filter, file monitor, credential helper or network
transport runs on its behalf, and git takes no lock in it to tidy up.
"""

import errno
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot import system
from bot.errors import ToolError, UsageError
from bot.settings.files import LARGEST_FILE

# Whatever GIT_… the bot was started with (in a hook, GIT_DIR and GIT_INDEX_FILE) is not for these calls.
_KEPT = ("PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR")
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_AUTHOR_NAME": "migration-bot",
    "GIT_AUTHOR_EMAIL": "migration-bot@localhost",
    "GIT_COMMITTER_NAME": "migration-bot",
    "GIT_COMMITTER_EMAIL": "migration-bot@localhost",
}
_CONFIG = {
    # A repository that another account owns is fine: what ownership guards against is switched off below.
    "safe.directory": "*",
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.splitIndex": "false",
    "core.untrackedCache": "false",
    "credential.helper": "",
    "diff.ignoreSubmodules": "dirty",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.allow": "never",
}
_NO_FILES = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}  # of configuration
_SETTINGS = r"^(filter\..*|core\.excludesfile|init\.defaultbranch)$"


@dataclass(frozen=True)
class Git:
    """git with a fixed configuration; of the process's `environ` it gets the few variables that it needs."""

    environ: Mapping[str, str] = field(repr=False)

    def __call__(
        self,
        *words: str | os.PathLike[str],
        cwd: Path,
        env: Mapping[str, str] | None = None,
        config: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> system.Completed:
        """Run git in `cwd` with `env` and `config` on top of the safe ones.

        Raises `ToolError` when git is not installed or, with `check`, exits with another code than 0.
        """
        given = self._environment(config or {}) | _NO_FILES | dict(env or {})
        return system.run(["git", *words], cwd=cwd, env=given, check=check)

    def has_more_files(self, folder: Path, commit: str, most: int) -> bool:
        """Whether a commit has more files than that; a few objects can stand for any number of them."""
        words = ["git", "ls-tree", "-r", "-z", "--name-only", commit]
        found = 0
        for block in system.blocks(words, cwd=folder, env=self._environment({}) | _NO_FILES):
            found += block.count(b"\0")
            if found > most:
                return True
        return False

    def blob(self, folder: Path, revision: str, path: str) -> bytes:
        """What a file holds in a revision; an empty one means git's index. Raises `OSError` when there is none."""
        name = f"{revision}:{Path(path)}"
        sized = self("cat-file", "-s", name, cwd=folder, check=False)
        if sized.code != 0 or "\n" in path:
            raise OSError(errno.ENOENT, "the base revision has no such file")
        if int(sized.stdout) > LARGEST_FILE:
            raise OSError(errno.EFBIG, f"the file has more than {LARGEST_FILE >> 20} MB")
        done = self("cat-file", "blob", name, cwd=folder, check=False)
        if done.code != 0:
            raise OSError(errno.EISDIR, "that is no file")
        return done.raw

    def settings(self, folder: Path) -> dict[str, str]:
        """The few settings of the user and the repository that matter: these alone are read from their files."""
        words = ["git", "config", "--null", "--get-regexp", _SETTINGS]
        done = system.run(words, cwd=folder, env=self._environment({}), check=False)
        if done.code not in (0, 1):  # 1: none of them is set
            raise ToolError("git cannot read its configuration", log_tail=done.stderr)
        entries = (entry.partition("\n") for entry in done.stdout.split("\0") if entry)
        return {key: value for key, _, value in entries}

    def _environment(self, config: Mapping[str, str]) -> dict[str, str]:
        pairs = (_CONFIG | dict(config)).items()
        numbered = {"GIT_CONFIG_COUNT": str(len(pairs))}
        for number, (key, value) in enumerate(pairs):
            numbered |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        kept = {name: self.environ[name] for name in _KEPT if name in self.environ}
        return kept | _ENVIRONMENT | numbered


@dataclass(frozen=True)
class Repository:
    """A repository of the user.

    `root` is its work tree (of a bare one: the git folder); `shallow` names the file that lists where a
    shallow clone's history was cut off, and is None for a whole one.
    """

    git: Git
    root: Path
    git_dir: Path
    objects: Path
    index: Path
    bare: bool
    shallow: Path | None
    object_format: str
    config: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, git: Git, folder: Path) -> "Repository":
        """The repository that `folder` is in.

        Raises `UsageError` when it is in none or is no folder, `ToolError` when git is not installed.
        """
        if not folder.is_dir():
            raise UsageError(f"{folder}: there is no such folder", kind="no-repository")
        asked = "--is-bare-repository --is-shallow-repository --show-object-format --absolute-git-dir"
        paths = ("objects", "index", "shallow")
        words = [word for path in paths for word in ("--git-path", path)]
        done = git("rev-parse", *asked.split(), *words, "--show-cdup", cwd=folder, check=False)
        if done.code != 0:
            raise UsageError(
                f"{folder} is not in a git repository",
                "Give the folder of a checkout with --repo.",
                kind="no-repository",
            )
        bare, shallow, object_format, git_dir, *found = done.stdout.split("\n")
        objects, index, cut = (folder / path for path in found[:3])
        return cls(
            git=git,
            root=Path(git_dir) if bare == "true" else (folder / found[3]).resolve(),
            git_dir=Path(git_dir),
            objects=objects.resolve(),
            index=index.resolve(),
            bare=bare == "true",
            shallow=cut.resolve() if shallow == "true" else None,
            object_format=object_format,
            config=git.settings(folder),
        )

    def ask(self, *words: str) -> str | None:
        """The first line that git answers, None when it fails or says nothing."""
        done = self.git(*words, cwd=self.root, check=False)
        return done.stdout.partition("\n")[0] or None if done.code == 0 else None

    def commit(self, revision: str) -> str | None:
        """The full name of the commit that `revision` (a branch, also of origin; a tag; a name) means."""
        if not revision or revision.startswith("-"):
            return None
        for name in (revision, f"refs/remotes/origin/{revision}"):
            found = self.ask("rev-parse", "--verify", "--quiet", name + "^{commit}")
            if found:
                return found
        return None

    def tree(self, commit: str) -> str:
        """The tree of a commit."""
        return self.git("rev-parse", "--verify", commit + "^{tree}", cwd=self.root).stdout.strip()

    def parents(self, commit: str) -> list[str]:
        """The parents as the commit itself names them, also where a shallow clone does not have them."""
        text = self.git("cat-file", "commit", commit, cwd=self.root).stdout.partition("\n\n")[0]
        return re.findall(r"^parent ([0-9a-f]+)$", text, re.MULTILINE)

    def merge_base(self, one: str, other: str) -> str | None:
        """The commit where two histories parted; None when they have nothing in common that is here."""
        return self.ask("merge-base", one, other)

    def newer(self, old: str, new: str) -> int:
        """How many commits `new` has that `old` has not."""
        return int(self.ask("rev-list", "--count", f"{old}..{new}") or 0)

    def refs(self, *prefixes: str) -> list["Ref"]:
        """References below `prefixes`, sorted by name; those that point nowhere are left out."""
        form = "%(refname)%00%(objectname)%00%(symref)%00%(*objectname)%00%(HEAD)"
        done = self.git("for-each-ref", f"--format={form}", *prefixes, cwd=self.root)
        return [Ref.parse(line) for line in done.stdout.splitlines()]

    @property
    def without_filters(self) -> dict[str, str]:
        """Configuration that takes files as they are, and ignores what the user ignores everywhere."""
        names = {key.split(".", 1)[1].rpartition(".")[0] for key in self.config if key.startswith("filter.")}
        off = {f"filter.{name}.{what}": "" for name in names for what in ("clean", "smudge", "process")}
        required = {f"filter.{name}.required": "false" for name in names}
        excludes = self.config.get("core.excludesfile")
        return off | required | ({"core.excludesFile": excludes} if excludes else {})


@dataclass(frozen=True)
class Ref:
    """A branch or tag: `target` is what a symbolic one stands for, `peeled` what an annotated tag is of."""

    name: str
    commit: str
    target: str
    peeled: str
    current: bool

    @classmethod
    def parse(cls, line: str) -> "Ref":
        name, commit, target, peeled, current = line.split("\0")
        return cls(name, commit, target, peeled, current == "*")
