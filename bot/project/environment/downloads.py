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
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import ToolError
from bot.project.environment import interpreters, sandbox_policy, specifiers, uv
from bot.project.environment.ownership import take_over
from bot.project.environment.uv_errors import normal
from bot.system import Account, Completed, Confinement, beneath, reaper, remove
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

_CHOSEN = re.compile(r"^ \+ ([\w.-]+)==(\S+)", re.MULTILINE)
_WOULD_DOWNLOAD = re.compile(r"^Would download", re.MULTILINE)

Words = Sequence[str]


@dataclass(frozen=True)
class Downloads:
    """The shared cache `folder`, filled by what `account` fetches; `python` is what wheels have to fit."""

    folder: Path
    account: Account
    python: Path
    env: Mapping[str, str]
    sandbox: Confinement

    def lend(
        self,
        ways: Sequence[Words],
        besides: Mapping[str, set[str]],
        files: Sequence[Path],
        cache: Path,
        without: Sequence[str] = (),
    ) -> None:
        """Put into another cache what the first of the `ways` to install that works asks the index for.

        `besides` are packages that are fetched, too, unless one of those named with them is there. `files` may be
        read. `without` are packages that no index has: asking for each would take as long as its server is waited for.
        Nothing is raised: what is missing, the installation downloads itself, and says why it cannot.
        """
        with suppress(OSError, ToolError), self._opened() as temporary:
            own = temporary / "cache" if self.account.is_other else self.folder
            if own != self.folder:
                self._show(own)
            found = next(
                (found for words in ways if (found := self._fetched(words, files, temporary, own, without))), {}
            )
            if missing := [name for name, others in besides.items() if not found.keys() & others]:
                there = temporary / "there.txt"
                there.write_text("".join(f"{name}=={version}\n" for name, version in found.items()))
                there.chmod(0o644)
                found |= self._fetched([*missing, "--constraint", str(there)], (), temporary, own)
            if own != self.folder:
                self._keep(own)
            self._copy(found, cache)

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
        """Put what is known of packages into another cache, to which the account may add: these files stay the bot's.

        Not the packages: their files are a hundred times as many, and most of them are other projects'.
        """
        cache.mkdir()
        for path in _inside(self.folder, _NOTES):
            shutil.copytree(path, cache / path.name, symlinks=True, copy_function=link)
        for path in _inside(self.folder, _ARCHIVES):
            (cache / path.name).mkdir()
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

    def _fetched(
        self, words: Words, files: Sequence[Path], temporary: Path, cache: Path, without: Sequence[str] = ()
    ) -> dict[str, str]:
        """The packages and their versions; those that have no wheels are left out, one after another."""
        never = temporary / "never.txt"
        left = [*without]
        # No program is found on this path: neither git nor what it would start.
        env = {**self.env, **self.account.variables(temporary), "PATH": "/nonexistent"}
        # Which packages are there counts; links to what they are made of are enough.
        env |= {"UV_CACHE_DIR": str(cache), "UV_LINK_MODE": "symlink"}
        env |= interpreters.libraries(self.python)
        options = ["--no-build", "--target", str(temporary / "target"), "--python", str(self.python)]
        line = ["pip", "install", *options, "--override", str(never), *words]
        confinement = self._confinement(files, temporary, cache)

        def ask(*more: str) -> Completed:
            command = uv.command(self.folder.parent, *line, *more)
            return uv.confined(command, self.account, confinement, temporary, env, _TIMEOUT)

        while len(left) - len(without) <= _BUILT:
            never.write_text("".join(f"{name} ; python_version < '0'\n" for name in left))
            never.chmod(0o644)
            done, found = self._brought(ask, cache)
            culprit = _culprit(done.stderr)
            if done.code == 0 or culprit is None or culprit in left:
                break
            left.append(culprit)
        return found if done.code == 0 else {}

    def _brought(self, ask: Callable[..., Completed], cache: Path) -> tuple[Completed, dict[str, str]]:
        """What uv said in the end, and what it has chosen: asked first, so that nothing is made of what is there."""
        done = ask("--dry-run")
        found = {normal(name): version for name, version in _CHOSEN.findall(done.stderr)}
        there = self._archives(found) if cache != self.folder else []
        shown = [(path, cache / path.relative_to(self.folder)) for path in there]
        if done.code == 0 and shown:
            for path, place in shown:
                place.symlink_to(path)
            done = ask("--dry-run")
        if done.code == 0 and _WOULD_DOWNLOAD.search(done.stderr):
            for path, place in shown:  # uv looks at files of folders alone, not behind links
                place.unlink()
                shutil.copytree(path, place, symlinks=True, copy_function=link)
            done = ask()
        return done, found

    def _archives(self, packages: Mapping[str, str]) -> list[Path]:
        """Folders of the shared cache that have one of these packages."""
        paths = (path for folder in _inside(self.folder, _ARCHIVES) for path in folder.iterdir())
        return [path for path in paths if any(_is_of(name, packages) for name in beneath.folders(path))]

    def _confinement(self, files: Sequence[Path], *writable: Path) -> Confinement:
        needed = (
            *files,
            uv.uv_program(self.folder.parent).parent,
            *_inside(self.folder, _ARCHIVES),
            *sandbox_policy.python_paths(self.python, self.sandbox),
            *sandbox_policy.paths_in_env(self.env),
        )
        return replace(
            self.sandbox,
            readable=(*self.sandbox.readable, *needed),
            writable=writable,
        )

    def _copy(self, packages: Mapping[str, str], cache: Path) -> None:
        """As links, where an account of its own keeps the builder from writing to what they stand for."""
        copy = link if self.account.is_other else shutil.copy2
        archives = self._archives(packages)
        for path in archives:
            shutil.copytree(path, cache / path.relative_to(self.folder), symlinks=True, copy_function=copy)
        for path in _pointers(self.folder, packages, [path.name.encode() for path in archives]):
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


def _pointers(folder: Path, names: Container[str], archives: list[bytes]) -> Iterator[Path]:
    """What uv keeps of an index about these packages, and where their archives are."""
    for path in _notes(folder):
        name = path.stem if path.suffix == ".rkyv" else path.parent.name
        if name in names and (path.suffix in (".rkyv", ".msgpack") or _holds(path, archives)):
            yield path


def _holds(path: Path, marks: list[bytes]) -> bool:
    content = path.read_bytes()
    return any(mark in content for mark in marks)


def _is_of(folder: str, packages: Mapping[str, str]) -> bool:
    """Whether this is the `NAME-VERSION.dist-info` of one of these packages."""
    name, _, version = folder.removesuffix(".dist-info").rpartition("-")
    wanted = packages.get(normal(name), "") if folder.endswith(".dist-info") else ""
    return bool(wanted) and (wanted == version or specifiers.fits(version, f"=={wanted}"))


def _culprit(text: str) -> str | None:
    """The package that has to be built."""
    for pattern in _NEEDS_BUILDING:
        if found := pattern.search(text):
            return normal(found[1])
    return None
