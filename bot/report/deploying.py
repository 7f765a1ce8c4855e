"""What it means to deploy the change while the application is in use, in words.

Comes in: a `Project`. Goes out: plain text, not escaped.
"""

from dataclasses import dataclass

from bot.model import DeployLock, Project

_MOST = 8  # locks that are told of one by one


@dataclass(frozen=True)
class DeployView:
    """`noon` is the answer in one line; `locks` say who waits for what."""

    noon: str
    locks: tuple[str, ...] = ()


def deploy(project: Project) -> DeployView | None:
    """None where no migration ran."""
    if project.deploy is None or not project.deploy.noon:
        return None
    locks = project.deploy.locks
    told = [_lock(lock) for lock in locks[:_MOST]]
    if len(locks) > _MOST:
        told.append(f"… and {len(locks) - _MOST} more")
    return DeployView(project.deploy.noon, tuple(told))


def _lock(lock: DeployLock) -> str:
    rows = {"untouched": "no rows are read", "read": "its rows are read", "rewritten": "its rows are written anew"}
    later = lock.later_statements
    notes = [
        f"{lock.keeps_out} wait",
        rows[lock.rows],
        f"held while {later} more statement{'s' * (later != 1)} run{'s' * (later == 1)}" if later else "",
        f"waits for {lock.lock_timeout} at most" if lock.lock_timeout else "no lock_timeout",
    ]
    line = f"line {lock.line}: " if lock.line else ""
    return f"{line}{lock.mode} on {lock.table}: {', '.join(note for note in notes if note)}"
