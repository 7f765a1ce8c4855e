"""Where a new revision may be put: beside others, or in an Alembic environment, and under no name that tools run.

In: a tree that is written to, a path that the project's code names. Out: whether a migration belongs there.
"""

import posixpath
import re
from pathlib import Path

from bot.discovery import tree
from bot.system import beneath

# Files that Python, its package tools, pytest, nox or Alembic run without being asked.
_RUN_BY_TOOLS = {
    *("__init__.py", "__main__.py", "sitecustomize.py", "usercustomize.py", "conftest.py", "setup.py", "noxfile.py"),
    "env.py",
}
_REVISION = re.compile(r"^down_revision\b", re.MULTILINE)
_MOST = 1_000  # files of a folder that are read


def belongs(root: Path, path: str) -> bool:
    """Whether a migration at this path lies where migrations lie in the tree at `root`."""
    folder, name = posixpath.split(path)
    if name in _RUN_BY_TOOLS or any(part.startswith(".") for part in path.split("/")) or not name.endswith(".py"):
        return False
    above = tree.upwards(folder)[:-1]  # an env.py at the top may be anything
    if any(beneath.is_file(root, posixpath.join(each, "env.py")) for each in above):
        return True
    there = [each for each in beneath.names(root, folder or ".") if each.endswith(".py")][:_MOST]
    return any(_REVISION.search(beneath.text(root, posixpath.join(folder, each)) or "") for each in there)
