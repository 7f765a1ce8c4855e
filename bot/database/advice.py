"""What to do when the database server fails."""


def advice_for(output: str) -> str:
    """What to do about a server program's complaint."""
    if "No space left on device" in output or "disk space" in output:
        return "Free some disk space or memory (a run needs about 400 MB) and try again."
    if "Permission denied" in output:
        return "Check that the account of the database server may use the temporary folder."
    return "See the end of the server's log."
