"""What to do when the database server fails."""

ROOM = "Free some disk space or memory (a run needs about 400 MB) and try again."


def advice_for(output: str) -> str:
    """What to do about a server program's complaint."""
    if any(words in output for words in ("No space left on device", "disk space", "Disk quota exceeded")):
        return ROOM
    if "out of memory" in output:
        return (
            "A statement needs more memory than a session may have: an eighth of the machine's, or 1 GB. See whether "
            "it sorts or collects without end, or whether the job has too little memory."
        )
    if "Permission denied" in output:
        return "Check that the account of the database server may use the temporary folder."
    return "See the end of the server's log."
