from pathlib import Path

import pytest

from bot.database.embedded import placement
from bot.errors import ToolError
from tests.support.disks import small


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the machine's memory."""
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr(placement, "MEMORY", folder)
    return folder


@pytest.mark.parametrize(
    ("size", "tables", "in_memory"),
    [("64m", 10, True), ("64m", 300, False), ("32m", 0, False), ("200m", 300, True), ("400m", 5_000, True)],
)
def test_small_projects_need_little_memory(
    tmp_path: Path, memory: Path, size: str, tables: int, in_memory: bool
) -> None:
    with small(memory, size):
        chosen = placement.choose([memory, tmp_path], lambda: tables, in_memory=True)
    assert chosen == (memory if in_memory else tmp_path)


def test_memory_can_be_ruled_out(tmp_path: Path, memory: Path) -> None:
    assert placement.choose([memory, tmp_path], lambda: 0, in_memory=False) == tmp_path


def test_no_room_on_disk_is_named(tmp_path: Path, memory: Path) -> None:
    with small(tmp_path, "300m"), pytest.raises(ToolError) as raised:
        placement.choose([memory, tmp_path], lambda: 0, in_memory=False)
    assert "400 MB" in raised.value.message
    assert raised.value.advice == f"Free some space in {tmp_path}."


def test_tables_are_not_counted_where_there_is_plenty(tmp_path: Path, memory: Path) -> None:
    def count() -> int:
        raise AssertionError

    with small(memory, "1g"):
        assert placement.choose([memory, tmp_path], count, in_memory=True) == memory


def test_a_folder_whose_sockets_would_have_no_name_is_passed_over() -> None:
    assert placement.places(Path("/var/tmp/" + "long/" * 20)) == [Path("/dev/shm"), Path("/tmp")]
