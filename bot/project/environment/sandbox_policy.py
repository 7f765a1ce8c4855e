"""What of this machine is none of the project's business, and what its code needs all the same.

In: the bot's environment, the repository. Out: a `Confinement` to complete. Kept out of sight are places
where credentials, sockets and other people's files are: temporary and runtime folders, whatever is hidden in a home,
the runner's folders, and git's configuration.
"""

import os
import pwd
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.project.checkout.git import Repository
from bot.settings import Machine
from bot.system import Account, Confinement, beneath

_SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/var/run", "/github")  # noqa: S108  to hide them
_RUNNER = ("GITHUB_WORKSPACE", "RUNNER_TEMP", "GITHUB_EVENT_PATH", "GITHUB_ENV")
_PARTS = ("bin", "lib", "lib32", "lib64", "libexec", "include", "share", "ssl")
_PACKAGES = ("site-packages", "dist-packages")
_SYSTEM = ("/etc/resolv.conf",)  # a link into /run on many machines


def sandbox(repository: Repository, machine: Machine) -> Confinement:
    """Nothing private is in sight; the repository's objects are, because checkouts borrow them."""
    return Confinement(
        hidden=tuple(_private(repository, machine)),
        temporary=machine.temporary,
        readable=(repository.objects, *(Path(os.path.realpath(path)) for path in _SYSTEM)),
    )


def _private(repository: Repository, machine: Machine) -> Iterator[Path]:
    yield from (*map(Path, _SHARED), machine.temporary)
    yield from (Path(machine.environ[name]) for name in _RUNNER if machine.environ.get(name))
    # A work tree's own git folder is inside the one that it shares with others.
    yield from (repository.git_dir, repository.objects.parent)
    for home in {str(machine.home), pwd.getpwuid(os.geteuid()).pw_dir}:
        if os.path.isabs(home) and os.path.isdir(home):  # noqa: PTH112, PTH117  "" is no folder
            yield from Path(home).glob(".*")


def python_paths(python: Path, sandbox: Confinement) -> Iterator[Path]:
    """Where an interpreter and its packages are: its environment, and the installation that this is made from.

    An environment may be the work of strangers, and so may be all of the repository: where links and files lead to is
    believed only if there is a Python, or packages, at that place. Nothing is opened that has something hidden in it,
    and of an installation nothing but the folders that each has.
    """
    named = python.parent.parent
    real = Path(os.path.realpath(python))
    homes = [real.parent, home_of(python) or real.parent]
    prefixes = dict.fromkeys(Path(os.path.realpath(home)).parent for home in homes)
    places = [part for prefix in prefixes if any(prefix.glob("lib*/python3.*/os.py")) for part in _parts(prefix)]
    places += _parts(named) if named.is_symlink() else [named]
    for link in named.glob("lib/python*/site-packages"):
        packages = Path(os.path.realpath(link))
        if packages.name in _PACKAGES and any(packages.glob("*.dist-info")):
            places.append(packages)
    hidden = {Path(os.path.realpath(path)) for path in sandbox.hidden}
    closed = hidden.union(*(path.parents for path in hidden))
    yield from (place for place in places if Path(os.path.realpath(place)) not in closed)


def _parts(prefix: Path) -> list[Path]:
    """Of an installation, without links: what they lead to is one of these, or somewhere else."""
    return [prefix / name for name in _PARTS if (prefix / name).is_dir() and not (prefix / name).is_symlink()]


def home_of(python: Path) -> Path | None:
    """Where the Python is that a virtual environment is made from; None when it is none."""
    for line in (beneath.text(python.parent.parent, "pyvenv.cfg") or "").splitlines():
        name, _, value = line.partition("=")
        if name.strip().lower() == "home":
            found = value.strip()
            return Path(found) if os.path.isabs(found) and found.isprintable() else None  # noqa: PTH117
    return None


def paths_in_env(variables: Mapping[str, str]) -> Iterable[Path]:
    """Paths in the values of variables that a program was given on purpose: it may read them."""
    words = (word for value in variables.values() for word in re.split(r"[\s:,]+", value))
    return [Path(word) for word in words if word.startswith("/") and word.strip("/")]


def search_path(value: str, sandbox: Confinement, account: Account) -> str:
    """A PATH less the folders that `account` cannot enter.

    They make of a program that is nowhere one that is not permitted, which code does not expect.
    """
    hidden = [Path(os.path.realpath(path)) for path in sandbox.hidden]
    kept = (word for word in value.split(os.pathsep) if word and _is_open(Path(word), hidden, account))
    return os.pathsep.join(dict.fromkeys(kept))


def _is_open(folder: Path, hidden: list[Path], account: Account) -> bool:
    real = Path(os.path.realpath(folder))
    if any(real.is_relative_to(path) for path in hidden):
        return False
    try:
        return not account.is_other or all(path.stat().st_mode & 0o001 for path in (real, *real.parents))
    except OSError:
        return False
