"""Names of objects as PostgreSQL reads them. In: a name and the project's dialect. Out: SQL."""

from typing import Any


def quoted(dialect: Any, name: str) -> str:
    """With quotes where they are needed."""
    return _plain(dialect, dialect.identifier_preparer.quote(name))


def in_quotes(dialect: Any, name: str) -> str:
    """With quotes, needed or not."""
    return _plain(dialect, dialect.identifier_preparer.quote_identifier(name))


def doubles_percents(dialect: Any) -> bool:
    """Whether the driver takes `%` for a parameter, so that SQLAlchemy doubles it in what it compiles."""
    return dialect.paramstyle in ("format", "pyformat")


def _plain(dialect: Any, text: str) -> str:
    """SQLAlchemy doubles percent signs in names for statements that it hands on itself; these are not such."""
    return text.replace("%%", "%") if doubles_percents(dialect) else text
