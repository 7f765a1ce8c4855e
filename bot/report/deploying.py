"""What it means to deploy the change while the application is in use, in words.

In: a `Project`. Out: plain text, not escaped.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.model import Deploy, DeployLock, DeployOrder, Project, TableUse
from bot.report.times import how_long, seconds

_MOST = 8  # locks, or tables, that are listed one by one
_UNKNOWN = "not known: nothing could be written by the models into a table, even where they belong"
_ORDERS: dict[DeployOrder, str] = {
    "database first": "database first: the new code does not work on the old schema",
    "code first": "code first: the old code does not work on the new schema",
    "either": "either first: old and new code work on both schemas",
    "two releases": "two releases: neither code works on both schemas",
}


@dataclass(frozen=True)
class DeployView:
    """`noon` and `order` are the answers in one line; `locks` say who waits for what, `uses` what breaks, `times` how
    long it takes, the answer first.
    """

    noon: str
    locks: tuple[str, ...] = ()
    order: str = ""
    uses: tuple[str, ...] = ()
    times: tuple[str, ...] = ()


def deploy(project: Project) -> DeployView | None:
    """None where no migration ran."""
    if project.deploy is None or not project.deploy.noon:
        return None
    locks = project.deploy.locks
    lines = [_lock(lock) for lock in locks[:_MOST]]
    if len(locks) > _MOST:
        lines.append(f"… and {len(locks) - _MOST} more")
    uses = [*_uses("old code on the new schema", project.deploy.old_code)]
    uses += _uses("new code on the old schema", project.deploy.new_code)
    tried = project.deploy.old_code or project.deploy.new_code
    order = _ORDERS[project.deploy.order] if project.deploy.order else _UNKNOWN if tried else ""
    return DeployView(project.deploy.noon, tuple(lines), order, tuple(uses), _times(project.deploy))


def _times(found: Deploy) -> tuple[str, ...]:
    return how_long(found.times) if found.times is not None else ()


def _uses(title: str, uses: list[TableUse]) -> Iterator[str]:
    """The tables that are not as they were for one side's code."""
    broken = [use for use in uses if use.verdict != "works"]
    for use in broken[:_MOST]:
        yield f"{title} {use.verdict}: {use.table}{_why(use)}"
    if len(broken) > _MOST:
        yield f"{title}: {len(broken) - _MOST} more tables"


def _why(use: TableUse) -> str:
    """The first failure; a report that another job wrote may have none."""
    if not use.failures:
        return ""
    first, more = use.failures[0], len(use.failures) - 1
    what = f"{first.action} of {first.column}" if first.column else first.action
    return f": {what}: {first.message}" + (f", and {more} more" if more else "")


def _lock(lock: DeployLock) -> str:
    rows = {"untouched": "no rows are read", "read": "its rows are read", "rewritten": "its rows are rewritten"}
    later = lock.later_statements
    notes = [
        f"{lock.keeps_out} wait",
        rows[lock.rows],
        f"for {seconds(lock.seconds)}" if lock.seconds else "",
        f"held while {later} more statement{'s' * (later != 1)} run{'s' * (later == 1)}" if later else "",
        f"waits for {lock.lock_timeout} at most" if lock.lock_timeout else "no lock_timeout",
    ]
    line = f"line {lock.line}: " if lock.line else ""
    return f"{line}{lock.mode} on {lock.table}: {', '.join(note for note in notes if note)}"
