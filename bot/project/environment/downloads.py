"""Packages that an index gave, kept for later runs: fetched where no code of theirs runs.

In: arguments of `uv pip install`. Out: the same packages in the cache of one installation, which is thrown away with
it. The shared cache belongs to the bot. What is new is fetched as an account of its own into a cache of its own, by uv
alone, which builds nothing meanwhile (`--no-build`) and starts an interpreter of the machine's, never one of an
environment with packages in it; then it becomes the bot's. So what a package's build leaves behind is found by no later
run, and what has to be built is downloaded and built by each installation.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import ToolError
from bot.project.environment import interpreters, sandbox_policy, uv
from bot.project.environment.ownership import take_over
from bot.system import Account, Confinement, beneath, reaper, remove
from bot.system.links import link

_TIMEOUT = 600.0  # seconds
_BUILT = 8  # packages without wheels that are left for the installation
_ARCHIVES = ("archive-v*",)  # folders of uv's cache with unpacked wheels
_NOTES = ("simple-v*", "wheels-v*", "interpreter-v*")  # with what is known of packages
_NOTED = (".rkyv", ".msgpack", ".http")
_NEEDS_BUILDING = (
    re.compile(r"Wheels are required for `([\w.-]+)`"),
    re.compile(r"attempted to build `([\w.-]+)"),
    re.compile(r"Failed to (?:download and )?build `([\w.-]+)"),
)

Words = Sequence[str]


@dataclass(frozen=True)
class Downloads:
    """The shared cache `folder`, filled by what `account` fetches; `python` is what wheels have to fit."""

    folder: Path
    account: Account
    python: Path
    env: Mapping[str, str]
    sandbox: Confinement

    def lend(self, ways: Sequence[Words], besides: Mapping[str, set[str]], files: Sequence[Path], cache: Path) -> None:
        """Put into another cache what the first of the `ways` to install that works asks the index for.

        `besides` are packages that are fetched, too, unless one of those named with them is there. `files` may be
        read. Nothing is raised: what is missing, the installation downloads itself, and says why it cannot.
        """
        with suppress(OSError, ToolError), self._opened() as temporary:
            target = temporary / "target"
            own = temporary / "cache" if self.account.is_other else self.folder
            if own != self.folder:
                self._show(own)
            any(self._fetched(words, files, temporary, own) for words in ways)
            there = _names(beneath.folders(target))
            if missing := [name for name, others in besides.items() if not there & others]:
                self._fetched(missing, (), temporary, own)
            if own != self.folder:
                self._keep(own)
            self._copy(beneath.folders(target), cache)

    @contextmanager
    def _opened(self) -> Iterator[Path]:
        """A temporary folder of the account's; the cache is the bot's, whoever restored it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        if self.account.is_other and self.folder.stat().st_uid != os.geteuid():
            take_over(self.folder)
        with temporary_folder(self.folder.parent) as temporary:
            self.account.own(temporary)
            yield temporary

    def _show(self, cache: Path) -> None:
        """Put what there is into another cache, to which the account may add: these files stay the bot's."""
        cache.mkdir()
        for path in _inside(self.folder, (*_ARCHIVES, *_NOTES)):
            shutil.copytree(path, cache / path.name, symlinks=True, copy_function=link)
        give(cache, self.account)

    def _keep(self, cache: Path) -> None:
        """Move what is new into the shared cache: nothing runs as the account any more, and it becomes the bot's."""
        take_over(cache)
        archives = [path for folder in _inside(cache, _ARCHIVES) for path in folder.iterdir() if not path.is_symlink()]
        for path in (*archives, *_notes(cache)):  # in this order: notes say where archives are
            target = self.folder / path.relative_to(cache)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            if not path.is_dir() or not target.exists():
                path.replace(target)

    def _fetched(self, words: Words, files: Sequence[Path], temporary: Path, cache: Path) -> bool:
        """Packages that have no wheels are left out, one after another, as uv names them."""
        never = temporary / "never.txt"
        left: list[str] = []
        # No program is found on this path: neither git nor what it would start.
        env = {**self.env, **self.account.variables(temporary), "PATH": "/nonexistent"}
        # Which packages are there counts; links to what they are made of are enough.
        env |= {"UV_CACHE_DIR": str(cache), "UV_LINK_MODE": "symlink"}
        env |= interpreters.libraries(self.python)
        options = ["--quiet", "--no-build", "--target", str(temporary / "target"), "--python", str(self.python)]
        confinement = self._confinement(files, temporary, cache)
        while len(left) <= _BUILT:
            never.write_text("".join(f"{name} ; python_version < '0'\n" for name in left))
            never.chmod(0o644)
            line = ["pip", "install", *options, "--override", str(never), *words]
            command = uv.command(self.folder.parent, *line)
            done = uv.confined(command, self.account, confinement, temporary, env, _TIMEOUT)
            culprit = _culprit(done.stderr)
            if done.code == 0 or culprit is None or culprit in left:
                break
            left.append(culprit)
        return done.code == 0

    def _confinement(self, files: Sequence[Path], *writable: Path) -> Confinement:
        needed = (
            *files,
            uv.uv_program(self.folder.parent).parent,
            *sandbox_policy.python_paths(self.python, self.sandbox),
            *sandbox_policy.paths_in_env(self.env),
        )
        return replace(
            self.sandbox,
            readable=(*self.sandbox.readable, *needed),
            writable=writable,
        )

    def _copy(self, installed: list[str], cache: Path) -> None:
        """As links, where an account of its own keeps the builder from writing to what they stand for."""
        copy = link if self.account.is_other else shutil.copy2
        wanted = {name for name in installed if name.endswith(".dist-info")}
        archives = [path for path in self.folder.glob("archive-v*/*") if wanted & {*beneath.folders(path)}]
        for path in archives:
            shutil.copytree(path, cache / path.relative_to(self.folder), symlinks=True, copy_function=copy)
        for path in _pointers(self.folder, _names(installed), [path.name.encode() for path in archives]):
            target = cache / path.relative_to(self.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def give(folder: Path, account: Account) -> None:
    """Let an account have the folders of a folder, itself last, but not the files in them; by descriptors."""
    if account.uid is None or account.gid is None:
        return
    for _, _, _, descriptor in os.fwalk(folder, topdown=False):
        os.fchown(descriptor, account.uid, account.gid)


@contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """A new folder in the cache, of the bot's alone; gone when the context ends or the bot does."""
    folder = Path(tempfile.mkdtemp(dir=parent))
    reaper.folder(folder)
    try:
        yield folder
    finally:
        remove(folder)
        reaper.removed(folder)


def _inside(cache: Path, patterns: Sequence[str]) -> list[Path]:
    """Folders of a cache of uv's, themselves and not by links."""
    return [path for pattern in patterns for path in cache.glob(pattern) if path.is_dir() and not path.is_symlink()]


def _notes(cache: Path) -> Iterator[Path]:
    """What uv has noted of an index, of packages and where their archives are, and of interpreters."""
    for folder in _inside(cache, _NOTES):
        for place, _, files in os.walk(folder):
            paths = (Path(place, file) for file in files)
            yield from (path for path in paths if path.suffix in _NOTED and not path.is_symlink())


def _pointers(folder: Path, names: set[str], archives: list[bytes]) -> Iterator[Path]:
    """What uv keeps of an index about these packages, and where their archives are."""
    for path in _notes(folder):
        name = path.stem if path.suffix == ".rkyv" else path.parent.name
        if name in names and (path.suffix in (".rkyv", ".msgpack") or _holds(path, archives)):
            yield path


def _holds(path: Path, marks: list[bytes]) -> bool:
    content = path.read_bytes()
    return any(mark in content for mark in marks)


def _names(folders: Sequence[str]) -> set[str]:
    """The packages whose `NAME-VERSION.dist-info` are among these folders."""
    found = (name.removesuffix(".dist-info") for name in folders if name.endswith(".dist-info"))
    return {re.sub(r"[-_.]+", "-", name.rsplit("-", 1)[0]).lower() for name in found}


def _culprit(text: str) -> str | None:
    """The package that has to be built."""
    for pattern in _NEEDS_BUILDING:
        if found := pattern.search(text):
            return re.sub(r"[-_.]+", "-", found[1]).lower()
    return None
