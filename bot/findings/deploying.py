"""The answer to "may it be deployed at noon?", from the locks of the upgrade.

In: the facts of its statements. Out: one line for the report, and the locks that it is about.
"""

from collections.abc import Mapping, Sequence, Set

from bot.findings.phrases import counted, listed
from bot.findings.times import together
from bot.migration.scale.extrapolation import Foretold, Same, same
from bot.migration.trace.impact import Impact, impacts
from bot.migration.trace.relations import Relation
from bot.migration.trace.replay import StatementFacts
from bot.migration.trace.statements import shown, shown_together
from bot.migration.trace.wording import keeps_nobody_out, locks_rows, only_inserts
from bot.model import DeployLock

_BRIEF = "for as long as the transaction takes; it reads none of their rows"


def deploy_locks(statements: Sequence[StatementFacts], foretold: Mapping[Same, Foretold]) -> list[DeployLock]:
    """The locks that block other sessions, worst first; with how long, where that was `foretold`."""
    return [_lock(impact, foretold) for impact in sorted(impacts(statements), key=_grade, reverse=True)]


def noon(statements: Sequence[StatementFacts]) -> str:
    """One line; empty where there are no facts."""
    if not statements:
        return ""
    found = sorted(impacts(statements), key=_grade, reverse=True)
    unseen = [statement for statement in statements if not statement.observed]
    if not found and not all(keeps_nobody_out(statement.sql) for statement in unseen):
        return f"not known: the locks of {_lines(unseen)} are released before they can be observed"
    parts = [_said(found) if found else "yes: no access to an existing table is blocked"]
    changed = _changed(statements, {impact.table for impact in found})
    if changed:
        parts.append(f"writers of the same rows of {listed(changed, 3)} wait until the transaction ends")
    weak = [statement for statement in unseen if keeps_nobody_out(statement.sql)]
    others = [statement for statement in unseen if statement not in weak]
    if others:
        parts.append(f"not observed: {_lines(others)}")
    if weak:
        parts.append(f"not observed, but known to keep nobody out: {_lines(weak)}")
    return "; ".join(parts)


def _lines(statements: Sequence[StatementFacts]) -> str:
    lines = [f"line {statement.line}" for statement in statements if statement.line]
    return listed(list(dict.fromkeys(lines)), 3) or counted(len(statements), "statement")


def _changed(statements: Sequence[StatementFacts], locked: Set[Relation]) -> list[str]:
    """Tables with changed, deleted or locked rows that are not locked as a whole."""
    found = [table for s in statements if not only_inserts(s.sql) for table in s.written]
    found += [table for s in statements if locks_rows(s.sql) for table in s.taken if table.has_rows]
    return shown_together(table for table in found if table not in locked)


def _said(found: list[Impact]) -> str:
    worst = _grade(found[0])
    named = shown_together(impact.table for impact in found if _grade(impact) == worst)
    tables, its = listed(named, 3), "their" if len(named) > 1 else "its"
    who = "readers and writers" if found[0].keeps_readers_out else "writers"
    if found[0].rewritten_by:
        return f"no, if the table is big: {who} of {tables} wait while {its} rows are rewritten"
    if found[0].read_by:
        return f"no, if the table is big: {who} of {tables} wait while {its} rows are read"
    if found[0].worked_by:
        return f"no, if there are many rows: {who} of {tables} wait while rows are processed"
    return f"yes, if it gets its locks at once: {who} of {tables} wait {_BRIEF}"


def _grade(impact: Impact) -> tuple[int, bool]:
    work = 3 if impact.rewritten_by else 2 if impact.read_by else 1 if impact.worked_by else 0
    return work, impact.keeps_readers_out


def _lock(impact: Impact, foretold: Mapping[Same, Foretold]) -> DeployLock:
    keys = {same(statement): None for statement in (impact.by, *impact.later)}
    return DeployLock(
        table=shown(impact.table),
        mode=impact.mode,
        keeps_out="readers and writers" if impact.keeps_readers_out else "writers",
        line=impact.by.line,
        rows="rewritten" if impact.rewritten_by else "read" if impact.read_by else "untouched",
        later_statements=len(impact.later),
        lock_timeout=impact.by.lock_timeout if impact.by.lock_timeout != "0" else None,
        seconds=together(foretold[key] for key in keys if key in foretold) if foretold else None,
    )
