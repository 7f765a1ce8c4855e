"""The disk is not filled: neither by what the project's code writes, nor by its databases."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from bot.database.addresses import Address
from bot.database.databases import Databases
from bot.database.servers import Context, start
from bot.errors import ToolError
from bot.system import accounts
from bot.system.disk_reserve import watched
from tests.support.disks import small
from tests.support.machine import Machine
from tests.support.projects import MODELS
from tests.support.servers import prepared_cache

# Fills the disk, makes room again and goes on as if nothing had happened. It takes longer than the bot needs to look:
# memory is filled in less, as no disk is.
FILLING = """
import pathlib, time
here = pathlib.Path(__file__).parent
try:
    for number in range(1_000):
        (here / f"filling-{number}").write_bytes(b"x" * 8_000_000)
        time.sleep(0.1)
except OSError:
    pass
for path in here.glob("filling-*"):
    path.unlink()
"""


@pytest.mark.in_turn
def test_code_that_fills_the_disk_is_ended_before_it_is_full(machine: Machine) -> None:
    machine.commit({"models.py": MODELS + "    age = sa.Column(sa.Integer)\n" + FILLING})
    with small(machine.temporary, "320m"):
        ended = machine.check()
        machine.expect_clean()
    assert ended.code == 3, ended.text
    assert "would have left less than" in ended.text
    assert f"of space in {machine.temporary}" in ended.text


@pytest.fixture
def disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    with small(folder, "700m"):
        yield folder
    folder.rmdir()


def _fill(address: Address) -> str:
    """The state in which the server told that it was over."""
    with closing(address.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE UNLOGGED TABLE t (a text); ALTER TABLE t ALTER a SET STORAGE PLAIN")
        try:
            for _ in range(1_000):
                cursor.execute("INSERT INTO t SELECT repeat('x', 7000) FROM generate_series(1, 2000)")
                cursor.execute("SELECT pg_sleep(0.1)")
        except psycopg2.Error as error:
            return error.pgcode or "it is gone"
    return "there was room"


def test_databases_that_fill_the_disk_are_ended_before_it_is_full(
    disk: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = tmp_path_factory.mktemp("cache")
    shutil.copytree(prepared_cache(), cache, dirs_exist_ok=True)
    context = Context(tmp_path_factory.mktemp("run"), cache, disk, accounts(), in_memory=False)
    told = ""
    with start("embedded", context) as server, Databases(server) as databases:
        name = databases.create("large")
        with pytest.raises(ToolError, match="no room left"), databases.translating_server_failures():
            told = _fill(databases.address(name))
    assert told == "it is gone"  # not for a full disk, which has a code


def test_where_little_is_free_nothing_is_kept(tmp_path: Path) -> None:
    with small(tmp_path, "200m"), watched((tmp_path,), lambda: None) as room:
        assert room.kept == {}
        (tmp_path / "file").write_bytes(b"x" * 190 * 1024**2)
        assert not room.look()
