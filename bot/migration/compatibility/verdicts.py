"""What attempts at home and away come to: a verdict for each table, and from both sides the order of a deployment.

In: what each side's code tried on its own schema and on the other one. Out: what works there and not here. An attempt
that fails at home says nothing.
"""

from collections.abc import Sequence

from bot.model import DeployOrder, TableUse, UseFailure, UseVerdict
from bot.project.client.client import Used
from bot.sqltext.names import dotted

# What every application does; the rest it does only with some values.
_ALWAYS = ("insert with the least", "update", "delete")
_NULL = "NoneType"
_BREAKS = ("can break", "breaks")
_OF_THE_SCHEMA = "ProgrammingError"  # no such column, table or function: no value would do


def uses(home: Sequence[Used], away: Sequence[Used], mixed: Sequence[Used] = ()) -> list[TableUse]:
    """For each table that was tried; `mixed` are reads after the other side's code has written."""
    there = {_key(used): used for used in away}
    later = {_key(used): used for used in mixed}
    found: dict[str, list[UseFailure]] = {}
    for used in home:
        failures = found.setdefault(dotted(used.schema, used.table), [])
        if used.error is None and _key(used) in there:
            failures += _failures(used, there[_key(used)], later.get(_key(used)))
    tried = {name: sum(dotted(u.schema, u.table) == name and u.error is None for u in home) for name in found}
    written = {dotted(u.schema, u.table) for u in home if u.error is None and u.action.startswith("insert")}
    return [
        TableUse(table=name, verdict=_verdict(failures, name in written), tried=tried[name], failures=failures)
        for name, failures in found.items()
    ]


def broken(before: Sequence[Used], after: Sequence[Used]) -> list[TableUse]:
    """Tables that the old code could write, and the new one cannot although the schema is its own, whatever the values.

    A trigger or a rule that speaks of what the change took away is seen nowhere else.
    """
    worked = {_key(used) for used in before if used.error is None}
    found: dict[str, list[UseFailure]] = {}
    for used in after:
        if _key(used) in worked and used.error is not None and used.error.startswith(_OF_THE_SCHEMA):
            failure = UseFailure(action=used.action, column=used.column, message=used.error)
            found.setdefault(dotted(used.schema, used.table), []).append(failure)
    return [TableUse(table=name, verdict="breaks", failures=failures) for name, failures in found.items()]


def order(old_code: Sequence[TableUse], new_code: Sequence[TableUse]) -> DeployOrder | None:
    """`database first`: the old code goes on while the new schema is there already. None where that is not known."""
    old_breaks, new_breaks = (any(use.verdict in _BREAKS for use in side) for side in (old_code, new_code))
    untried = any(use.verdict == "not tried" for use in (*old_code, *new_code))
    if untried and not (old_breaks and new_breaks):
        return None
    old_works, new_works = not old_breaks, not new_breaks
    if old_works:
        return "either" if new_works else "database first"
    return "code first" if new_works else "two releases"


def _key(used: Used) -> tuple[str, str, str, str]:
    return used.schema, used.table, used.action, used.column


def _failures(home: Used, away: Used, later: Used | None) -> list[UseFailure]:
    if away.error is not None:
        return [UseFailure(action=home.action, column=home.column, message=away.error)]
    found = [_other(column, home.read[column], kinds, "") for column, kinds in away.read.items() if column in home.read]
    if home.action != "read" or later is None:
        pass  # what the other side has written is in the way of writing it again
    elif later.error is not None:
        found.append(UseFailure(action="read what the new code wrote", column="", message=later.error))
    else:
        found += [
            _other(column, home.read[column], kinds, " what the new code wrote")
            for column, kinds in later.read.items()
            if column in home.read
        ]
    return [failure for failure in found if failure is not None]


def _other(column: str, at_home: list[str], kinds: list[str], what: str) -> UseFailure | None:
    """A column whose values have other types than where the models belong."""
    new = [kind for kind in kinds if kind not in at_home]
    if not new or (not at_home and new != [_NULL]):
        return None
    message = "NULL where the models say never" if new == [_NULL] else f"reads {new[0]} where it read {at_home[0]}"
    return UseFailure(action=f"read{what}", column=column, message=message)


def _verdict(failures: list[UseFailure], written: bool) -> UseVerdict:
    if not failures:
        return "works" if written else "not tried"
    return "breaks" if any(_always(failure) for failure in failures) else "can break"


def _always(failure: UseFailure) -> bool:
    """Not for some values alone: a NULL that the ORM sends for what is not set is in every application.

    A check refuses the least because of such a NULL: the other values are those of a row that is there.
    """
    by_null = "null value in" in failure.message or (
        failure.action == _ALWAYS[0] and "violates check constraint" in failure.message
    )
    by_value = failure.message.startswith(("IntegrityError", "DataError")) and not by_null
    return failure.action.startswith("read") or (failure.action in _ALWAYS and not by_value)
