import json
import os
import pwd
import select
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.database.embedded import prepared, programs
from bot.database.embedded.process import Place
from bot.database.servers import Context, Server, start
from bot.errors import ToolError, UsageError
from bot.system import Account, accounts, run
from bot.system.run_directories import sweep
from tests.support.process import TEMPORARY
from tests.support.servers import SERVER_PROGRAM, ask


@pytest.fixture
def private(context: Context, tmp_path: Path) -> Context:
    """A context with a cache of its own."""
    return Context(context.run_dir, tmp_path / "cache", TEMPORARY, context.accounts)


def _archive(context: Context) -> Path:
    found = programs.find(context.accounts.server)
    return context.cache_dir / "postgres" / prepared.archive_name(found)


def _data_folder(context: Context) -> Path:
    with start("embedded", context) as server:
        [(folder,)] = ask(server.admin, "SELECT current_setting('data_directory')")
        return Path(str(folder))


def test_it_answers_and_says_its_version(context: Context) -> None:
    with start("embedded", context) as server:
        [(number,)] = ask(server.admin, "SELECT current_setting('server_version_num')::int")
        assert isinstance(number, int)
        assert server.major == number // 10_000
        assert server.version == f"PostgreSQL {server.major}.{number % 10_000}"


def test_nothing_is_left_after_success(context: Context) -> None:
    folder = _data_folder(context)
    assert not folder.parent.parent.exists()


def test_nothing_is_left_after_an_interrupt(context: Context) -> None:
    seen: list[Server] = []

    def interrupted() -> None:
        with start("embedded", context) as server:
            seen.append(server)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not Path(seen[0].admin.host).parent.exists()
    with pytest.raises(ToolError, match="cannot connect"):
        seen[0].admin.connect()


def test_each_run_has_its_own_passwords(context: Context) -> None:
    with start("embedded", context) as one, start("embedded", context) as other:
        words = {one.admin.password, one.project.password, other.admin.password, other.project.password}
    assert len(words) == 4


@pytest.mark.parametrize("cut", [0, 5_000, 300_000])
def test_a_damaged_cache_is_made_anew(private: Context, cut: int) -> None:
    _data_folder(private)
    archive = _archive(private)
    whole = archive.stat().st_size
    os.truncate(archive, cut)
    _data_folder(private)
    assert archive.stat().st_size > whole // 2


def test_a_cache_that_unpacks_to_an_unusable_folder_is_made_anew(private: Context, tmp_path: Path) -> None:
    _data_folder(private)
    archive = _archive(private)
    for name in ("data/global/pg_control", "data/PG_VERSION"):
        run(["tar", "--delete", "-f", archive, name])
    before = archive.read_bytes()
    _data_folder(private)
    assert archive.read_bytes() != before


def test_the_cache_is_for_its_owner_only(context: Context) -> None:
    _data_folder(context)
    assert _archive(context).stat().st_mode & 0o077 == 0


def test_two_first_runs_at_once_both_succeed(private: Context) -> None:
    with ThreadPoolExecutor(2) as pool:
        folders = list(pool.map(_data_folder, [private, private]))
    assert folders[0] != folders[1]
    assert [file.name for file in _archive(private).parent.iterdir()] == [_archive(private).name]


@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGKILL])
def test_a_server_killed_midway_is_a_tool_error(context: Context, how: signal.Signals) -> None:
    def killed() -> None:
        with start("embedded", context) as server, _Ends([_postmaster(server.admin.host)]) as ends:
            os.kill(_postmaster(server.admin.host), how)
            ends.wait()
            server.admin.connect()

    with pytest.raises(ToolError, match="stopped in the middle") as caught:
        killed()
    assert "ready to accept connections" in caught.value.log_tail


def test_a_run_that_is_killed_takes_its_server_along(repository: Path, context: Context, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER_PROGRAM, context.run_dir, context.cache_dir],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as bot:
        assert bot.stdout is not None
        facts = json.loads(bot.stdout.readline())
        assert len(facts["children"]) == 3  # the server, who watches it, and who tidies up
        with _Ends(facts["children"]) as ends:
            bot.kill()
            ends.wait()
    data = Path(facts["data"])
    assert not data.exists()
    folder = data.parent.parent
    sweep([folder.parent])  # another run may have been faster
    assert not folder.exists()


def test_an_ordinary_user_can_run_it(repository: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("all other tests show it: we are an ordinary user")
    entry = pwd.getpwnam("daemon")
    account = Account(entry.pw_uid, entry.pw_gid)
    with tempfile.TemporaryDirectory() as home:
        account.own(Path(home))
        env = {"TMPDIR": home, "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join([str(repository), *sys.path])}
        python = _open_python()
        done = run([python, "-c", SERVER_PROGRAM, home, f"{home}/cache"], account=account, cwd=Path("/"), env=env)
        facts = json.loads(done.stdout)
        assert len(facts["children"]) == 3  # the server, who watches it, and who tidies up
        assert not Path(facts["data"]).parent.parent.exists()
        assert [file.name for file in Path(home).iterdir()] == ["cache"]


def test_a_server_account_that_cannot_reach_the_programs_is_told(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "postgres").touch(mode=0o755)
    assert programs.open_to_all(Path("/bin/sh"))
    assert not programs.open_to_all(closed / "postgres")


def test_an_unknown_spec_is_refused_without_its_password(context: Context) -> None:
    with pytest.raises(UsageError, match="unknown database") as caught:
        start("mysql://me:s3cret@host/db", context)
    assert "s3cret" not in caught.value.message


def test_a_full_or_closed_temporary_folder_is_a_tool_error(tmp_path: Path) -> None:
    missing = Account(accounts().server.uid, accounts().server.gid)
    place = Place(tmp_path / "closed" / "server", missing, tmp_path / "log")
    place.home.mkdir(parents=True)
    place.home.chmod(0o500)
    if not missing.is_other:
        pytest.skip("only root runs the server as somebody else")
    with pytest.raises(ToolError, match="initdb failed") as caught:
        prepared.build(programs.find(missing), place, tmp_path / "archive.tar")
    assert "temporary folder" in caught.value.advice


def _open_python() -> Path:
    """A Python like ours that every user may run."""
    for python in (Path(sys.executable), Path(f"/usr/bin/python3.{sys.version_info.minor}")):
        if python.exists() and programs.open_to_all(python) and programs.open_to_all(python.resolve()):
            return python
    pytest.skip("all Pythons of this version are closed to other users")


def _postmaster(host: str) -> int:
    return int((Path(host) / "data" / "postmaster.pid").read_text().splitlines()[0])


class _Ends:
    """Waits for processes that are not our children."""

    def __init__(self, pids: list[int]) -> None:
        self._handles = [os.pidfd_open(pid) for pid in pids]

    def __enter__(self) -> "_Ends":
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            os.close(handle)

    def wait(self) -> None:
        for handle in self._handles:
            ended, _, _ = select.select([handle], [], [], 30)
            assert ended, "a process outlived the run"
