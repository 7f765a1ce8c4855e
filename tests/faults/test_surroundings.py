"""Machines that are not as they should be: the bot does without what it can, and names the rest in one line."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.disks import small
from tests.support.machine import Machine
from tests.support.projects import MODELS
from tests.support.servers import SERVER_PROGRAM

WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"
ROOT_AND_USER = pytest.mark.parametrize("machine", ["root", "user"], indirect=True)
AS_USER = pytest.mark.parametrize("machine", ["user"], indirect=True)


def _by_shell(machine: Machine, script: str, *options: str, **env: str) -> tuple[int, str]:
    """The bot started by a shell, which has it as its arguments."""
    machine.give_away()
    command = ["/bin/sh", "-c", script, "sh", *machine.words(*options)]
    with machine.start(command, env) as process:
        printed, _ = process.communicate()
        return process.returncode, printed


def _expect_proven(code: int, printed: str) -> None:
    assert (code, "proven" in printed) == (0, True), printed
    assert "Traceback" not in printed


def _archive(machine: Machine) -> Path:
    (archive,) = machine.cache.rglob("*.tar")
    return archive


def _garbage(path: Path) -> None:
    path.write_bytes(b"\xff" * 5_000)


def _half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _without(member: str) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        subprocess.run(["tar", "--delete", "-f", path, "--wildcards", member], check=True)

    return act


def _link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/nonexistent/archive.tar")


def _unreadable(path: Path) -> None:
    path.chmod(0)


DAMAGED = {
    "garbage": _garbage,
    "empty": lambda path: os.truncate(path, 0),
    "half of it": _half,
    "a folder": _folder,
    "no control file": _without("*/pg_control"),
    "no catalog": _without("*/pg_filenode.map"),
    "no password": _without("password"),
    "a link to nowhere": _link,
    "unreadable": _unreadable,
}


def _expect_server(machine: Machine) -> None:
    """The part of a run that needs the prepared folder."""
    run = machine.folder / "run"
    run.mkdir(exist_ok=True)
    machine.give_away()
    with machine.start([str(machine.python), "-c", SERVER_PROGRAM, str(run), str(machine.cache)]) as process:
        printed, _ = process.communicate()
    assert (process.returncode, "children" in printed) == (0, True), printed


@AS_USER
@pytest.mark.parametrize("how", DAMAGED)
def test_a_prepared_data_folder_that_is_damaged_is_made_again(machine: Machine, how: str) -> None:
    """It stayed damaged: each later run failed, too."""
    archive = _archive(machine)
    DAMAGED[how](archive)
    _expect_server(machine)
    if not archive.is_dir():  # with its folder's rights it could have been anybody's
        assert archive.stat().st_size > 1_000_000
        _expect_server(machine)


@AS_USER
def test_a_run_that_finds_it_damaged_is_proven(machine: Machine) -> None:
    machine.commit({"models.py": WITH_AGE})
    _garbage(_archive(machine))
    _expect_proven(*machine.ask())


@pytest.mark.in_turn
@ROOT_AND_USER
@pytest.mark.parametrize("which", ["cache", "temporary"])
def test_a_place_from_which_nothing_runs_is_no_obstacle(machine: Machine, which: str) -> None:
    machine.commit({"models.py": WITH_AGE})
    place = machine.folder / which
    with small(place, "700m", "noexec"):
        _expect_proven(*machine.ask())
        machine.expect_clean()


@ROOT_AND_USER
@pytest.mark.parametrize("rights", ["755", "700"])
def test_a_cache_of_another_user_is_used_or_done_without(machine: Machine, rights: str) -> None:
    machine.commit({"models.py": WITH_AGE})
    other = "daemon" if machine.account.uid is None else "root"
    subprocess.run(["chown", "-R", other, str(machine.cache)], check=True)
    subprocess.run(["chmod", rights, str(machine.cache)], check=True)
    _expect_proven(*machine.ask())
    machine.expect_clean()


# What does not stand in another's way is tried in one run.
UNUSUAL: dict[str, tuple[str, dict[str, str]]] = {
    "umask 0 and no home": ("umask 0; unset HOME; ", {}),
    "an empty home": ("", {"HOME": ""}),
    "no variables": ('exec env -i PATH="$PATH" TMPDIR="$TMPDIR" MIGRATION_BOT_CACHE="$MIGRATION_BOT_CACHE" "$@"; ', {}),
    "umask 077, git's, libpq's and Python's, a home and a locale that are not there": (
        "umask 077; ",
        {
            "HOME": "/nonexistent",
            "LANG": "xx_XX.UTF-8",
            "LC_ALL": "xx_XX.UTF-8",
            "GIT_DIR": "/nonexistent",
            "GIT_WORK_TREE": "/",
            "GIT_INDEX_FILE": "/nonexistent/index",
            "GIT_OBJECT_DIRECTORY": "/nonexistent/objects",
            "GIT_CEILING_DIRECTORIES": "/",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "core.bare",
            "GIT_CONFIG_VALUE_0": "true",
            "GIT_EXTERNAL_DIFF": "/bin/false",
            "GIT_NAMESPACE": "other",
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_TRACE": "1",
            "PGHOST": "192.0.2.1",
            "PGHOSTADDR": "192.0.2.1",
            "PGPORT": "1",
            "PGUSER": "nobody",
            "PGDATABASE": "other",
            "PGOPTIONS": "-c search_path=nowhere -c statement_timeout=1",
            "PGCLIENTENCODING": "LATIN1",
            "PGSERVICE": "unknown",
            "PGSSLMODE": "verify-full",
            "PGREQUIREAUTH": "none",
            "PGTARGETSESSIONATTRS": "standby",
            "PGDATESTYLE": "German",
            "PGTZ": "Asia/Tokyo",
            "PYTHONWARNINGS": "error",
            "PYTHONOPTIMIZE": "2",
            "PYTHONIOENCODING": "ascii",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "7",
            "PYTHONUNBUFFERED": "1",
            "PYTHONINSPECT": "",
            "PYTHONNOUSERSITE": "1",
            "PYTHONUTF8": "0",
        },
    ),
}


@AS_USER
@pytest.mark.parametrize("how", UNUSUAL)
def test_an_unusual_environment_changes_nothing(machine: Machine, how: str) -> None:
    machine.commit({"models.py": WITH_AGE})
    before, env = UNUSUAL[how]
    _expect_proven(*_by_shell(machine, f'{before}exec "$@"', **env))


def test_the_umask_of_root_keeps_nobody_out(machine: Machine) -> None:
    machine.commit({"models.py": WITH_AGE})
    machine.empty_cache()
    _expect_proven(*_by_shell(machine, 'umask 077; exec "$@"'))


@AS_USER
def test_letters_that_the_locale_lacks_are_no_obstacle(machine: Machine) -> None:
    """In the names of files, in a comment of the models, in what is printed."""
    machine.commit(
        {
            "models.py": "# Prüfung: ñ, 名前\n" + MODELS + '    größe = sa.Column("größe", sa.Integer)\n',
            "données/été 名前.txt": "x",
            "module/prüfung.py": "",
        }
    )
    plain = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    _expect_proven(*_by_shell(machine, 'exec "$@"', **plain))


CLOSED = {
    "output closed": (">&-", 0),
    "output full": (">/dev/full", 3),
    "errors closed": ("2>&-", 0),
    "errors full": ("2>/dev/full", 0),
    "both closed": (">&- 2>&-", 0),
    "input closed": ("<&-", 0),
    "all closed": ("<&- >&- 2>&-", 0),
    "nobody reads": ("| true", 0),
}


LISTENED = [(how, {"README.md": "words"}, "unchanged") for how in CLOSED]
LISTENED.append(("all closed", {"models.py": WITH_AGE}, "proven"))


@AS_USER
@pytest.mark.parametrize(("how", "files", "status"), LISTENED)
def test_the_report_comes_whoever_listens(machine: Machine, how: str, files: dict[str, str], status: str) -> None:
    machine.commit(files)
    where, expected = CLOSED[how]
    out = machine.folder / "report"
    code, printed = _by_shell(machine, f'"$@" {where}', "--output-dir", str(out))
    assert "Traceback" not in printed
    assert code == expected, printed
    assert f'"status": "{status}"' in (out / "report.json").read_text()


def _add_files(machine: Machine, count: int) -> None:
    lines = ["commit refs/heads/many", "committer T <t@example.org> 0 +0000", "data 0", "from refs/heads/main^0"]
    for number in range(count):
        lines += [f"M 644 inline data/{number % 100}/{number}.txt", "data 2", "x"]
    stream = "\n".join([*lines, "done", ""]).encode()
    words = ["git", "-c", "safe.directory=*", "-C", str(machine.repository), "fast-import", "--quiet", "--done"]
    subprocess.run(words, input=stream, check=True)
    machine.git("checkout", "--quiet", "many")


@AS_USER
def test_many_files_are_no_obstacle(machine: Machine) -> None:
    """Fifty thousand of them are tried by hand: a busy disk takes minutes for them."""
    _add_files(machine, 50_000 if os.environ.get("MIGRATION_BOT_TESTS") == "all" else 2_000)
    machine.commit({"models.py": WITH_AGE})
    _expect_proven(*machine.ask())


# What a kernel without a layer answers: in a filter that stays with all that is started.
KERNEL = """
import ctypes, errno, os, platform, struct, sys
column = {"x86_64": 0, "aarch64": 1}[platform.machine()]
PRCTL, SECCOMP, LANDLOCK = (157, 167)[column], (317, 277)[column], (444, 445, 446)
refuse = lambda code: (0x06, 0, 0, 0x00050000 | code)
filters = [(0x20, 0, 0, 0)]
if "landlock" in sys.argv[1]:
    for call in LANDLOCK:
        filters += [(0x15, 0, 1, call), refuse(errno.ENOSYS)]
if "seccomp" in sys.argv[1]:
    filters += [(0x15, 0, 1, SECCOMP), refuse(errno.ENOSYS)]
    filters += [(0x15, 0, 4, PRCTL), (0x20, 0, 0, 16), (0x15, 0, 1, 22), refuse(errno.EINVAL), (0x20, 0, 0, 0)]
filters.append((0x06, 0, 0, 0x7fff0000))
code = b"".join(struct.pack("HBBI", *one) for one in filters)
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]
libc = ctypes.CDLL(None, use_errno=True)
if os.geteuid():
    assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(Program(len(filters), code)), 0, 0) == 0
os.execv(sys.argv[2], sys.argv[2:])
"""


@pytest.mark.in_turn
@ROOT_AND_USER
@pytest.mark.parametrize("lacking", ["landlock", "seccomp", "landlock and seccomp"])
def test_a_kernel_that_lacks_a_layer_works_and_is_named(machine: Machine, lacking: str) -> None:
    machine.commit({"models.py": WITH_AGE})
    out = machine.folder / "report"
    script = f"exec {machine.python} -c '{KERNEL}' '{lacking}' \"$@\""
    code, printed = _by_shell(machine, script, "--output-dir", str(out))
    _expect_proven(code, printed)
    text = (out / "report.json").read_text()
    assert "This kernel confines the project's code in part only" in text
    for layer in lacking.split(" and "):
        assert f"no {layer}" in text.lower()
