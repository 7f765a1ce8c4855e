"""The lock modes of PostgreSQL, from weak to strong, and who waits for whom (manual, "Explicit Locking")."""

ACCESS_SHARE = "AccessShareLock"
ROW_EXCLUSIVE = "RowExclusiveLock"
SHARE = "ShareLock"
ACCESS_EXCLUSIVE = "AccessExclusiveLock"

MODES = (
    ACCESS_SHARE,
    "RowShareLock",
    ROW_EXCLUSIVE,
    "ShareUpdateExclusiveLock",
    SHARE,
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    ACCESS_EXCLUSIVE,
)


def strength(mode: str) -> int:
    """How much a mode conflicts with; a mode that is not known is the strongest."""
    return MODES.index(mode) if mode in MODES else len(MODES)


def strongest(modes: list[str]) -> str:
    """The strongest of several modes; empty for none."""
    return max(modes, key=strength, default="")


def keeps_writers_out(mode: str) -> bool:
    """Whether INSERT, UPDATE and DELETE wait for it."""
    return strength(mode) >= strength(SHARE)


def keeps_readers_out(mode: str) -> bool:
    """Whether SELECT waits for it as well."""
    return strength(mode) >= strength(ACCESS_EXCLUSIVE)
