"""The uv that runs as another account, wherever the bot is installed."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.project.environment.uv import _reachable


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs uv as another account")
def test_a_copy_is_used_where_root_s_own_folder_is_closed(tmp_path: Path) -> None:
    closed, cache = tmp_path / "pre-commit", tmp_path / "cache"
    closed.mkdir(mode=0o700)
    (closed / "uv").write_text("#!/bin/sh\necho uv\n")
    (closed / "uv").chmod(0o755)
    found = _reachable(closed / "uv", cache)
    assert found == _reachable(closed / "uv", cache)
    assert found.parent.parent.parent == cache
    assert subprocess.run([found], capture_output=True, check=True).stdout == b"uv\n"
    assert found.stat().st_mode & 0o055 == 0o055


def test_what_is_open_is_used_as_it_is() -> None:
    assert _reachable(Path("/bin/sh"), Path("/nowhere")) == Path("/bin/sh")
