"""What the worker itself refuses, with a word for the kind."""

from typing import Sequence


class Problem(Exception):  # noqa: N818  it is what the user has, not what the worker did
    """`kind` is for the report; `missing` are names of settings."""

    def __init__(self, kind: str, message: str, missing: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.kind = kind
        self.missing = list(missing)
