"""File systems of a given size."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small(folder: Path, size: str, *more: str) -> Iterator[None]:
    """A file system of its own in a folder; skips where that takes rights which we do not have."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a file system")
    options = ",".join([f"size={size}", "mode=0777", *more])
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {done.stderr}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
