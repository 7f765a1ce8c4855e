"""Real git repositories for tests, and a way to see whether anything at all was changed in one."""

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

from bot.system import run

_CONFIG = {
    "user.name": "Ada",
    "user.email": "ada@example.org",
    "commit.gpgsign": "false",
    "protocol.file.allow": "always",
    "advice.detachedHead": "false",
}


@dataclass(frozen=True)
class Repo:
    path: Path

    @classmethod
    def make(cls, path: Path, branch: str = "main", *options: str) -> "Repo":
        path.mkdir()
        repo = cls(path)
        repo.git("init", "--quiet", f"--initial-branch={branch}", *options)
        return repo

    def git(self, *words: str, check: bool = True) -> str:
        settings = [word for key, value in _CONFIG.items() for word in ("-c", f"{key}={value}")]
        env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
        return run(["git", *settings, *words], cwd=self.path, env=env, check=check).stdout.strip()

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, files: dict[str, str], message: str = "change") -> str:
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def clone(self, path: Path, *options: str) -> "Repo":
        self.git("clone", "--quiet", *options, f"file://{self.path}", str(path))
        return Repo(path)


def state(path: Path) -> dict[str, tuple[int, int, str]]:
    """Mode, time of the last change and content of everything in a folder, git's own files included."""
    return {str(item.relative_to(path)): _fingerprint(item) for item in sorted(path.rglob("*"))}


def _fingerprint(item: Path) -> tuple[int, int, str]:
    status = item.lstat()
    if "objects" in item.parts and item.is_file():
        # Git dates an object anew when it would have written it, were it not there already.
        return status.st_mode, 0, hashlib.sha256(item.read_bytes()).hexdigest()
    if stat.S_ISLNK(status.st_mode):
        return status.st_mode, status.st_mtime_ns, str(item.readlink())
    content = item.read_bytes() if stat.S_ISREG(status.st_mode) else b""
    return status.st_mode, status.st_mtime_ns, hashlib.sha256(content).hexdigest()


def files_in(path: Path) -> dict[str, str]:
    """Texts of the files of a checkout, git's own left out."""
    found = (item for item in path.rglob("*") if item.is_file() and ".git" not in item.relative_to(path).parts)
    return {item.relative_to(path).as_posix(): item.read_text() for item in found}
