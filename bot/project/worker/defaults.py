"""Defaults of columns: the model's own as SQL, and those of the server as PostgreSQL spells them.

In: a column. Out: SQL text of a scalar or SQL default, or the name of a callable.
"""

import re
from typing import Any, Iterable, Optional, Tuple

from sqlalchemy import literal, text
from sqlalchemy.dialects.postgresql.base import PGDialect

# Not the driver's dialect, which doubles percent signs.
_DIALECT: Any = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]


def of(column: Any) -> Tuple[Optional[str], Optional[str]]:
    """The default's SQL and the callable's name; at most one of them is not None."""
    default = column.default
    if default is None or getattr(default, "is_sequence", False):
        return None, None
    if getattr(default, "is_callable", False):
        function = getattr(default.arg, "__wrapped__", default.arg)
        return None, str(getattr(function, "__name__", type(function).__name__))
    try:
        if getattr(default, "is_clause_element", False):
            return _compiled(default.arg), None
        return _compiled(literal(default.arg, column.type)), None
    except Exception:
        return None, None  # a type that cannot write its values as literals


# Other databases take them with parentheses, which PostgreSQL's grammar has not: migrations have them without.
_BARE = re.compile(
    r"\s*(current_(timestamp|date|time|user|role)|session_user|localtime(stamp)?)\s*\(\s*\)\s*", re.IGNORECASE
)


def spell(metadata: Iterable[Any]) -> None:
    """Take the parentheses off server defaults that cannot have any: the models could not be built at all."""
    for table in (table for item in metadata for table in item.tables.values()):
        for column in table.columns:
            default: Any = column.server_default
            found = _BARE.fullmatch(str(getattr(getattr(default, "arg", None), "text", "")))
            if found:
                default.arg = text(found[1])


def _compiled(expression: Any) -> str:
    return str(expression.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
