"""A data folder made once and unpacked for every run: initdb costs half a second, unpacking 20 ms.

In: the server programs and a cache folder. Out: a tar file with a slim data folder and the
password of its superuser. One file, moved into place when complete: two first runs do not disturb each
other, and a cache in somebody's closed home folder still serves a server that runs as another account.
"""

import os
import tempfile
from pathlib import Path
from typing import IO

from bot.database.addresses import Address
from bot.database.advice import advice_for
from bot.database.embedded.process import PORT, Place, running, spawn, supervised
from bot.database.embedded.programs import Programs
from bot.database.passwords import QUICK, new_password, verifier
from bot.errors import ToolError
from bot.system import LOG_TAIL, forget, remove, run

RECIPE = 3  # to be counted up with every change of how the folder is made
ADMIN = "postgres"
DATABASE = "template1"  # the only one
PASSWORD = "password"  # noqa: S105  the name of the file in the archive
LOCALES = ("C.UTF-8", "C")  # the first one that this machine has
UNKNOWN_LOCALE = b"invalid locale"  # src/bin/initdb/initdb.c, check_locale_name

HBA = "local all all scram-sha-256\n"
# What is not there need not be copied: two of three databases, and what a server recreates when it needs it
# (PostgreSQL manual, "Free Space Map" and "Visibility Map").
SLIM = (
    "UPDATE pg_database SET datistemplate = false WHERE datname = 'template0'",
    "DROP DATABASE template0",
    "DROP DATABASE postgres",
    "VACUUM (FREEZE, ANALYZE)",
)
LEFT_OUT = ("--exclude=*_fsm", "--exclude=*_vm")


def archive_name(programs: Programs) -> str:
    """The name of the prepared archive: one per set of programs and recipe."""
    return f"{programs.fingerprint}-{RECIPE}.tar"


def build(programs: Programs, place: Place, archive: Path) -> None:
    """Make a data folder in `place`, pack it into `archive` and clear `place` again.

    Raises `ToolError` when a program fails or the disk is full.
    """
    _initdb(programs, place)
    password = new_password()
    with running(programs, place, {"unix_socket_permissions": "0700"}):
        _slim(Address(str(place.home), PORT, ADMIN, "", DATABASE, trusted=True), password)
    run([programs / "pg_resetwal", "-D", place.data], account=place.account, cwd=Path("/"))
    (place.data / "pg_hba.conf").write_text(HBA)
    secret = place.home / PASSWORD
    _write_secret(secret, password)
    place.account.own(secret)
    _pack(place, archive)
    clear(place)


def unpack(archive: Path, place: Place) -> str:
    """Put the data folder into `place`; returns the password of its superuser.

    Raises `ToolError` when the archive is damaged or the disk is full.
    """
    with archive.open("rb") as source, tempfile.TemporaryFile(dir=place.log.parent) as output:
        command: list[str | Path] = ["tar", "-x", "-p", "-f", "-", "-C", place.home]
        process = spawn(command, place.account, stdin=source, out=output)
        code = process.wait()
        forget(process.pid)
        _check(code, output, "unpacking the prepared data folder")
    secret = place.home / PASSWORD
    try:
        password = secret.read_text()
        secret.unlink()
    except OSError as error:
        raise ToolError(f"the prepared data folder {archive} is damaged") from error
    return password


def clear(place: Place) -> None:
    """Remove what `build` or `unpack` put into `place`."""
    remove(place.data)
    (place.home / PASSWORD).unlink(missing_ok=True)


def _initdb(programs: Programs, place: Place) -> None:
    for locale in LOCALES:
        with tempfile.TemporaryFile(dir=place.log.parent) as output:
            with supervised(_initdb_command(programs, place, locale), place, out=output) as process:
                code = process.wait()
            output.seek(0)
            if code == 0 or locale == LOCALES[-1] or UNKNOWN_LOCALE not in output.read():
                _check(code, output, "initdb")
                return
        remove(place.data)


def _initdb_command(programs: Programs, place: Place, locale: str) -> list[str | Path]:
    return [
        programs / "initdb",
        f"--pgdata={place.data}",
        f"--username={ADMIN}",
        "--encoding=UTF8",
        f"--locale={locale}",
        "--auth=trust",
        "--no-sync",
        "--no-clean",  # the folder tells which shared memory was left
        "--wal-segsize=1",
    ]


def _slim(address: Address, password: str) -> None:
    connection = address.connect()
    try:
        with connection.cursor() as cursor:
            for statement in SLIM:
                cursor.execute(statement)
            cursor.execute(f"ALTER ROLE {ADMIN} PASSWORD %s", (verifier(password, QUICK),))
    finally:
        connection.close()


def _check(code: int, output: IO[bytes], task: str) -> None:
    if code != 0:
        output.seek(0)
        tail = output.read().decode(errors="replace")[-LOG_TAIL:]
        raise ToolError(f"{task} failed", advice_for(tail), kind="server", log_tail=tail)


def _write_secret(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)


def _pack(place: Place, archive: Path) -> None:
    handle, name = tempfile.mkstemp(dir=archive.parent, prefix=f"{archive.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        run(["tar", "-c", *LEFT_OUT, "-f", temporary, "-C", place.home, place.data.name, PASSWORD])
        if archive.is_dir() and not archive.is_symlink():
            remove(archive)
        temporary.replace(archive)
    finally:
        temporary.unlink(missing_ok=True)
