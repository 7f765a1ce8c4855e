"""What root leaves in a workspace of somebody else's."""

import os
from pathlib import Path

import pytest

from bot.action.workspace_guard import ownership_restored

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def test_it_is_given_to_the_workspace_s_owner_and_nothing_else_is(tmp_path: Path) -> None:
    workspace, outside = tmp_path / "workspace", tmp_path / "outside"
    for folder in (workspace / ".git/objects", workspace / "src", outside):
        folder.mkdir(parents=True)
    os.chown(workspace, 1001, 1001)
    (outside / "file").touch()
    with ownership_restored(workspace, ("report", ".git", "none")):
        (workspace / ".git/objects/ab").touch()
        (workspace / "report").symlink_to(outside)
        (workspace / ".git/link").symlink_to(outside / "file")
    given = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.lstat().st_uid == 1001}
    assert given == {
        "workspace",
        "workspace/.git",
        "workspace/.git/objects",
        "workspace/.git/objects/ab",
        "workspace/.git/link",
    }
