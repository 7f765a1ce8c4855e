"""Windows that take rows of another group, give several rows the same sum, or end before the last row."""

from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.migration.proof.comparison import columns_of, keys_of
from bot.model import Finding
from bot.schema.snapshots import Snapshot
from bot.sqltext.dml import writes_rows
from bot.sqltext.windows import Window, windows
from bot.sqltext.words import unquoted, words_of

CODE = "window-of-others"
CODES = {CODE: "A window takes rows of other groups, or the same rows for several"}
_GROWING = {"sum", "count", "avg", "string_agg", "array_agg"}


def check(facts: Facts) -> Iterator[Finding]:
    schema = facts.old
    for found in statements(facts) if schema is not None else ():
        every = windows(found.sql) if writes_rows(found.sql) else ()
        said = next((text for window in every if schema and (text := _said(schema, found.sql, window))), None)
        if said:
            yield found.warning(CODE, said[0], detail=found.quoted, advice=said[1])


def _said(schema: Snapshot, sql: str, window: Window) -> tuple[str, str] | None:
    """What is wrong with a window that ends too early, or is over the one table of the statement with its columns."""
    if window.function == "last_value" and window.order and not window.goes_on:
        title = "last_value() gives each row its own value: the window ends there"
        return title, "Use first_value() in the other order, or add ROWS BETWEEN … AND UNBOUNDED FOLLOWING."
    named, used = {unquoted(word) for word in words_of(sql)}, {*window.order, *window.partition}
    tables = [table for table, columns in columns_of(schema).items() if table[1] in named and used <= columns]
    if len(tables) != 1 or not window.order:
        return None
    keys = keys_of(schema).get(tables[0], [])
    groups = (
        sorted({name for key in keys if {*window.order} < key for name in key - used}) if not window.partition else []
    )
    order = ", ".join(window.order)
    if groups and not any(key <= used for key in keys):
        others = ", ".join(groups)
        title = f"{window.function}() goes through the rows of every {others} together"
        return title, f"Add PARTITION BY {others}, unless one order of them all is meant."
    if window.function in _GROWING and not window.frame and not any(key <= used for key in keys):
        title = f"{window.function}() gives rows with the same {order} the same value"
        return title, "ORDER BY a key as well, or add ROWS UNBOUNDED PRECEDING: rows that are equal come in together."
    return None
