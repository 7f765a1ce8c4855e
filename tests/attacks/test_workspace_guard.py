"""The runner's folders, as far as no container is needed to see it."""

from pathlib import Path

import pytest

from bot.action import workspace_guard
from bot.errors import UsageError
from bot.system import run
from tests.support.process import GIT


def test_doors_are_closed_for_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o755)
    with workspace_guard.restricted([folder, tmp_path / "not there"]):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_mode & 0o777 == 0o755


def test_doors_open_again_after_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o755)
    with pytest.raises(KeyError), workspace_guard.restricted([folder]):
        raise KeyError
    assert folder.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("brought", ["cache/postgres/evil.tar", "cache"])
def test_a_cache_under_version_control_is_refused(tmp_path: Path, brought: str) -> None:
    run(["git", "init", "--quiet", str(tmp_path)])
    path = tmp_path / brought
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("evil")
    run(["git", "-C", str(tmp_path), "add", brought])
    with pytest.raises(UsageError, match="cache-dir"):
        workspace_guard.refuse_tracked_cache(GIT, tmp_path, tmp_path / "cache")
    workspace_guard.refuse_tracked_cache(GIT, tmp_path, tmp_path / "other")
    workspace_guard.refuse_tracked_cache(GIT, tmp_path, Path("/var/cache/elsewhere"))
    workspace_guard.refuse_tracked_cache(GIT, tmp_path, tmp_path / "cache-of-mine/deep")


def test_a_link_in_the_reports_place_is_removed_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/file").touch()
    (tmp_path / "report").symlink_to("other")
    workspace_guard.clear(tmp_path / "report")
    assert not (tmp_path / "report").is_symlink()
    assert (tmp_path / "other/file").exists()
