"""How long the upgrade takes with many rows, as the report has it.

In: what was measured. Out: the part of the report.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.migration.scale.extrapolation import Foretold
from bot.model import Seconds, StatementTime, TableSize, Times
from bot.sqltext.names import dotted

if TYPE_CHECKING:
    from bot.migration.scale.measuring import Measured

_PLACES = 4


def times(measured: "Measured") -> Times:
    """The statements that take longest first."""
    found = sorted(measured.statements.values(), key=lambda statement: -statement.high)
    return Times(
        measured=list(measured.rows),
        rows=measured.wanted,
        foretold=together(found) if found else None,
        tables=[
            TableSize(table=dotted(*table), rows=rows, measured=there, limited=table in measured.few)
            for table, (there, rows) in measured.tables.items()
        ],
        statements=[_statement(statement) for statement in found],
        stopped=measured.stopped,
    )


def together(statements: Iterable[Foretold]) -> Seconds:
    """One after the other."""
    low = high = 0.0
    for statement in statements:
        low, high = low + statement.low, high + statement.high
    return Seconds(low=round(low, _PLACES), high=round(high, _PLACES))


def _statement(statement: Foretold) -> StatementTime:
    return StatementTime(
        sql=statement.sql,
        line=statement.line,
        measured=[round(seconds, _PLACES) for seconds in statement.seconds],
        per_million=round(statement.per_million, _PLACES),
        foretold=together([statement]),
    )
