"""Folders that hostile code has written to: they go away however deep they are and whatever their rights.

Links in them are removed, never followed.
"""

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it; one that cannot be removed stays."""
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.is_symlink() or not folder.exists():
        return
    for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
        with suppress(OSError):
            subprocess.run([*command, "--", str(folder)], capture_output=True, check=False)
