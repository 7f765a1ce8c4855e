"""Code that asks another server for something while it is only being imported."""

import re

from bot.errors import ProjectError
from bot.project.remedies import Trouble

_REFUSED = re.compile(
    r"Max retries exceeded|NameResolutionError|Name or service not known|Temporary failure in name resolution"
    r"|getaddrinfo failed|Network is unreachable|Cannot connect to host|urlopen error|ConnectError",
    re.IGNORECASE,
)
_HOST = re.compile(r"host='([\w.-]+)'|Cannot connect to host ([\w.-]+)|\bhttps?://([\w.-]+)")


def remedy(error: ProjectError, trouble: Trouble) -> str:
    """Which server it was, and that none but the database is in reach."""
    del trouble
    if error.kind not in ("exception", "import", "exit") or not _REFUSED.search(error.message):
        return ""
    found = _HOST.search(error.message)
    host = next(filter(None, found.groups()), "") if found else ""
    return (
        f"The project's code reaches no server but its database, and asks {host or 'one'} for something when it is "
        "imported: let it ask when that is first used, or give the setting that makes it do without. A file that it "
        "would download can be committed, or made with --prepare."
    )
