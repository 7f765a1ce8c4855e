from pathlib import Path

import pytest

from bot.system.run_directories import PREFIX, run_directory, sweep


def test_a_folder_in_use_is_left_alone_and_gone_afterwards(tmp_path: Path) -> None:
    with run_directory(tmp_path) as folder:
        (folder / "data").mkdir()
        assert sweep([tmp_path]) == []
        assert (folder / "data").is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_gone_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), run_directory(tmp_path):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_nobody_holds_is_removed(tmp_path: Path) -> None:
    left = tmp_path / f"{PREFIX}x"
    left.mkdir()
    (left / "lock").touch()
    (left / "data").mkdir()
    assert sweep([tmp_path, tmp_path / "missing"]) == [left]
    assert not left.exists()


def test_links_and_folders_without_a_lock_are_not_ours(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "lock").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(target)
    (tmp_path / f"{PREFIX}bare").mkdir()
    assert sweep([tmp_path]) == []
    assert (target / "lock").exists()
    assert (tmp_path / f"{PREFIX}bare").exists()
