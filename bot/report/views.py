"""Data for the comment that is not part of `report.json`: made during the run.

`views.json` carries it to the half of the workflows that publishes, by the label of each environment.
"""

from collections.abc import Mapping

import msgspec

from bot.model import Number, Record
from bot.schema.describe import TableView
from bot.schema.diagram import Diagram


class TableChange(Record, frozen=True):
    """A changed table before and after; None where it does not exist."""

    schema: str
    name: str
    before: TableView | None
    after: TableView | None


class ModelPlace(Record, frozen=True):
    """Where the class of a changed table is written."""

    schema: str
    table: str
    path: str
    line: Number


class Views(Record, frozen=True):
    """The views of one Alembic environment."""

    tables: tuple[TableChange, ...] = ()
    diagram: Diagram = Diagram()
    history: tuple[str, ...] = ()
    models: tuple[ModelPlace, ...] = ()


def to_json(views: Mapping[str, Views]) -> bytes:
    """The views as a file."""
    return msgspec.json.encode(views) + b"\n"


def from_json(data: bytes) -> dict[str, Views]:
    """Read such a file, which may be forged. Raises `msgspec.ValidationError` or `msgspec.DecodeError`."""
    return msgspec.json.decode(data, type=dict[str, Views])
