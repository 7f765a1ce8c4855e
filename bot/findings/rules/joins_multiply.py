"""Aggregates over joined rows: what is joined twice is summed several times, and a LEFT JOIN makes rows to count."""

from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext.aggregates import Select, selects
from bot.sqltext.dml import writes_rows

CODE = "joins-multiply"
CODES = {CODE: "An aggregate counts rows that are not there, or counts some several times"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        said = next((text for select in selects(found.sql) if (text := _said(select))), None)
        if said and writes_rows(found.sql):
            yield found.warning(CODE, said[0], detail=found.quoted, advice=said[1])


def _said(select: Select) -> tuple[str, str] | None:
    if select.outer_joins and select.counts_rows and select.groups:
        title = "count(*) counts one where an outer join meets nothing"
        return title, "Count a column of the joined table that is never NULL there, such as its key."
    if select.joins > 1 and len(select.summed) > 1:
        title = (
            f"The rows of {' and '.join(sorted(select.summed))} are joined with each other before they are summed up"
        )
        return title, "Sum up each table in a subquery of its own, and join the results."
    return None
