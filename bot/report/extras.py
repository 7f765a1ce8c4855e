"""What the views show beside the report: it is made during the run and is not a part of `report.json`."""

from dataclasses import dataclass


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
