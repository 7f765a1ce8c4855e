"""Rows that a migration changed, added or removed: reported as notices if a statement declares the change."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import counted
from bot.migration.proof.losses import ChangeKind, RowChange
from bot.model import Finding, Where
from bot.sqltext.names import dotted

CODE = "rows-changed"
CODES = {CODE: "Rows are changed, added or removed by the migration"}

# What is said of `{rows}` (`3 rows` or `3 values`) of `{of}` in `{step}`.
_TITLES: dict[ChangeKind, str] = {
    "deleted": "{rows} of {of} deleted in the {step}",
    "refused": "{rows} of {of} removed in the {step}: the new schema could not hold them",
    "added": "{rows} added to {of} in the {step}",
    "doubled": "{rows} of {of} doubled in the {step}",
    "replaced": "{rows} of {of} replaced in the {step}",
    "rewritten": "{rows} of {of} rewritten in the {step}",
    "filled": "{rows} of {of} filled in the {step}, although NULL is still allowed",
    "left behind": "{rows} added to {of} by the upgrade and not removed by the {step}",
    "not repeated": "{rows} of {of} differ between the first upgrade and the second",
    "left out": "{rows} of {of} are missing after the {step}, although it copies the column",
    "returned otherwise": "{rows} of {of} come back with other values in the {step}",
    "zoned": "{rows} of {of} depend on the time zone of the session that runs the {step}",
    "unordered": "{rows} of {of} depend on the order in which rows happen to be read in the {step}",
    "passed over": "{rows} of {of} are still NULL after the {step}, which fills others",
    "not copied": "{rows} of {of} have nothing in the new table that the {step} fills",
    "not examined": "{rows} of {of} changed in the {step} and were not examined, being too many",
    "one for all": "{rows} of {of} are one random value, made once in the {step}",
    "not counted": "{rows} of {of} are NULL after the {step}, where others have a count",
    "null as text": "{rows} of {of} are made of NULL and have the word for it after the {step}",
    "not returned": "{rows} of {of} do not come back in the {step}",
}


def check(facts: Facts) -> Iterator[Finding]:
    for change in facts.row_changes:
        column = (change.column,) if change.column else ()
        rows = counted(change.rows, "value" if change.column else "row")
        of = dotted(*change.table, *column)
        yield Finding(
            code=CODE,
            severity=change.severity,
            title=_TITLES[change.kind].format(rows=rows, of=of, step=change.step),
            detail=_detail(change),
            advice=_advice(change),
            where=_where(facts, change.sql),
        )


def _detail(change: RowChange) -> str:
    parts = []
    if change.kind == "left out":
        parts.append(f"{_shown(change.value)} is one of them.")
    elif change.kind == "unordered":
        parts.append("The same rows were upgraded once more, stored in another order.")
        parts += [f"{_shown(change.value)} became {_shown(change.instead)}."] if change.column else []
    elif change.kind == "one for all":
        parts.append(f"All have {_shown(change.value)}; the second upgrade gave them {_shown(change.instead)}.")
    elif change.column and change.kind not in ("zoned", "passed over", "not counted"):
        parts.append(f"{_shown(change.value)} becomes {_shown(change.instead)}.")
    if change.kind == "not copied":
        parts.append(f"{change.value} refers to other rows of the same values.")
    if change.sql:
        parts.append(f"`{change.sql[:200]}` does it.")
    elif change.kind == "doubled":
        parts.append("Values that moved there are in more rows than before.")
    elif change.severity == "error":
        parts.append("No statement of the migration says so.")
    return " ".join(parts)


def _shown(value: str | None) -> str:
    return "NULL" if value is None else f"`{value[:60]}`"


def _advice(change: RowChange) -> str:
    if change.severity == "notice":
        return ""
    if change.kind == "not repeated":
        return "Let the downgrade bring back what the upgrade changed, or let the upgrade skip what is done already."
    if change.kind in ("passed over", "not copied"):
        return "Go on until no row is left: numbers have gaps, and several rows have the value at which a batch ends."
    if change.kind == "not counted":
        return "Rows without any are not among the groups of a GROUP BY: use COALESCE(…, 0), or a default of 0."
    if change.kind == "null as text":
        return 'Let the program ask for None: `row.title or ""`, or join the parts that are there.'
    if change.kind == "unordered":
        return "Say which row counts, or comes first: ORDER BY columns of which no two rows have the same values."
    if change.kind == "one for all":
        return "Make one for each row, as in `SET token = gen_random_uuid()`, without a SELECT or a program around it."
    if change.kind == "zoned":
        return "Say which zone is meant, as in `(at AT TIME ZONE 'UTC')::date`."
    return "Check that this is meant for every row of the table."


def _where(facts: Facts, sql: str) -> Where | None:
    for migration in facts.project.migrations:
        for statement in migration.statements:
            if sql and statement.sql == sql:
                return Where(path=migration.path, line=statement.line)
    return None
