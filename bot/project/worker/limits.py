"""What one worker may use of the machine. The kernel enforces it."""

import resource

LARGEST_FILE = 256 * 1024 * 1024  # bytes


def apply(memory_bytes: int) -> None:
    """Limit address space and file size, write no core files; a limit that is lower already stays."""
    _lower(resource.RLIMIT_AS, memory_bytes)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, LARGEST_FILE)


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))
