"""What was not proven with rows, and why."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import counted, listed
from bot.model import Finding
from bot.sqltext.names import dotted

WITHOUT_ROWS = "proven-without-rows"
CODES = {
    WITHOUT_ROWS: "The round trip was made with empty tables only",
    "tables-without-rows": "Tables could not be filled with rows",
    "data-lost": "Rows or values are lost that could have been kept",
}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.project.migrations and not facts.with_rows:
        yield Finding(
            code=WITHOUT_ROWS,
            severity="warning",
            title="The round trip was made with empty tables only",
            detail=_why(facts),
        )
    if facts.skipped:
        items = [f"{dotted(*skipped.table)} ({skipped.reason})" for skipped in facts.skipped]
        changed = {(d.schema, d.parent or d.name) for d in facts.project.declared}
        touched = any(skipped.table in changed for skipped in facts.skipped)
        yield Finding(
            code="tables-without-rows",
            severity="warning" if touched else "notice",
            title=f"{counted(len(facts.skipped), 'table')} could not be filled with rows",
            detail=f"No rows were found that the server accepts in {listed(items, 5)}.",
        )
    for lost in facts.project.round_trip.rows.lost:
        what = f"lost values of {lost.column} in" if lost.column else "did not survive"
        yield Finding(
            code="data-lost",
            severity="error",
            title=f"{counted(lost.rows, 'row')} of {lost.table} {what} the {lost.step}",
            detail="They were there before and could have been kept.",
            advice="If this is meant, say so: `/migration using TABLE.COLUMN SQL`.",
        )


def _why(facts: Facts) -> str:
    if any(decision.decided == "open" for decision in facts.project.decisions):
        return "Rows could not pass the upgrade as long as the questions above are open."
    step = facts.stopped.name if facts.stopped else "migration"
    return f"Not even rows that meet no new constraint pass the {step}."
