"""Python-side defaults as SQL: what a model gives a column that the row does not mention.

In: a column. Out: SQL text of a scalar or SQL default, or the name of a callable.
"""

from typing import Any, Optional, Tuple

from sqlalchemy import literal
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


def _compiled(expression: Any) -> str:
    return str(expression.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
