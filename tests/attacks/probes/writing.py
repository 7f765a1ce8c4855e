import os
from typing import Any


def writing_spy(given: dict[str, Any]) -> list[str]:
    """Files that the runner obeys, the bot's own code, places that others look into."""
    found = []
    for path in given["TARGETS"]:
        try:
            with open(path, "a") as file:
                file.write("X=1\n")
            found.append(f"wrote {path}")
        except OSError:
            pass
    try:
        # One that is outside of a namespace of processes has the number 0, which would be the spy's own group.
        os.kill(os.getppid() or 1, 0)
        found.append("could end its parent")
    except OSError:
        pass
    return found
