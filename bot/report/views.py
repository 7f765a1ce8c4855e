"""What the views show beside the report: it is made during the run and is not a part of `report.json`.

`views.json` carries it to the half of the workflows that publishes, by the configuration of each environment.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec


@dataclass(frozen=True)
class TableView:
    """A changed table in the style of psql's `\\d`, before and after; None where it does not exist."""

    title: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class ModelPlace:
    """Where the class of a changed table is written."""

    schema: str
    table: str
    path: str
    line: int


@dataclass(frozen=True)
class Extras:
    tables: tuple[TableView, ...] = ()
    diagram: str = ""
    history: tuple[str, ...] = ()
    models: tuple[ModelPlace, ...] = ()


def to_json(extras: Mapping[str, Extras]) -> bytes:
    """The views as a file."""
    return msgspec.json.encode(extras) + b"\n"


def from_json(data: bytes) -> dict[str, Extras]:
    """Read such a file. Raises `msgspec.ValidationError` or `msgspec.DecodeError`; its text may be anybody's."""
    return msgspec.json.decode(data, type=dict[str, Extras])
