"""What this process is allowed, before anything is begun."""

import resource

from bot.errors import ToolError

LEAST_ADDRESS_SPACE = 256  # MB: the bot's modules, and the stacks of its threads


def refuse_too_little() -> None:
    """Raise `ToolError` where a limit leaves too little to begin with.

    Python does not end in order without address space: a thread that finds none for its first steps is waited for
    without an end by whoever starts it.
    """
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY and limit < LEAST_ADDRESS_SPACE * 1024 * 1024:
        raise ToolError(
            f"the address space of this process is limited to {limit // 1024**2} MB; a run needs {LEAST_ADDRESS_SPACE}",
            "Raise the limit (`ulimit -v`) for this job.",
            kind="memory",
        )
