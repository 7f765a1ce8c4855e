"""A file that a pull request changes, as git reports it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ChangedFile:
    """A file that differs between base and head; paths are relative to the repository's root.

    `status` is that of git: added, modified, deleted or renamed; `old_path` is set for renamed files only.
    """

    path: str
    status: Literal["A", "M", "D", "R"]
    old_path: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that it has or had."""
        return (self.path,) if self.old_path is None else (self.path, self.old_path)
