"""Rows of the user's own (`--rows`), put into a copy of the old database, in which the proof begins.

In: a file as it was read, an SQL script or an archive of `pg_dump`. Out: a testbed that has that
database. The script runs with the project's own rights.
"""

import io
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812  psycopg2 spells its class in lower case

from bot import system
from bot.errors import ToolError, UsageError
from bot.migration.testbed.testbed import Relations, Testbed
from bot.schema.snapshots import Snapshot
from bot.settings.files import RowsFile
from bot.sqltext import quote
from bot.sqltext.dml import effects, writes_rows
from bot.sqltext.names import parts
from bot.sqltext.row_effects import Insertion
from bot.sqltext.statements import split, tokens

_TIMEOUT = "120s"  # for each statement
_SHOWN = 300  # characters of a statement in an error
_ADVICE = (
    "It has to fit base's schema: `pg_dump --data-only` of a database at base's revision, or INSERT statements, "
    "parents before children."
)
_NAME = r'(?:"(?:[^"]|"")+"|[\w$]+)'
_COPY = re.compile(rf"COPY\s+({_NAME}(?:\.{_NAME})?)\s*(\(.*\))?\s+FROM\s+stdin\b.*", re.IGNORECASE)
_SETTING = re.compile(r"\s*(?:SET\s|SELECT\s+pg_catalog\.set_config\()", re.IGNORECASE)
_ARCHIVE = b"PGDMP"


@dataclass(frozen=True)
class Part:
    """A statement, or a COPY (of `table`) with its lines."""

    sql: str
    data: str | None = None
    table: str = ""
    columns: str = ""


def fill(testbed: Testbed, file: RowsFile, temporary: Path) -> Testbed:
    """With a copy of the old database that has the rows; raises `UsageError` that quotes what the server refuses."""
    given = 0
    name = testbed.databases.create("rows", testbed.old_name)
    with testbed.project_session(name) as connection:
        connection.autocommit = False
        with connection, connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{_TIMEOUT}'; SET CONSTRAINTS ALL DEFERRED")
            for part in read(file, temporary):
                if not _is_ignored(part, testbed.ignore):
                    given += _run(cursor, part, file.name)
            _check_constraints(cursor, file.name)
            _advance_sequences(cursor, testbed.old)
    return replace(testbed, rows_name=name, rows_given=given)


def read(file: RowsFile, temporary: Path) -> Iterator[Part]:
    """The parts of a script, or of an archive's data, in order."""
    text = _restored(file, temporary) if file.content.startswith(_ARCHIVE) else _decoded(file)
    lines, sql = iter(text.splitlines(keepends=True)), ""
    for line in lines:
        copy = _COPY.match(line)
        if copy is None:
            # Commands of psql, which pg_dump writes as well, stand between statements.
            sql += "" if line.startswith("\\") and not _is_open(sql) else line
        elif _is_open(sql):
            sql += line
        else:
            yield from _statements(sql)
            sql = ""
            data = "".join(iter(lambda: next(lines, "\\.\n"), "\\.\n"))
            yield Part(line.strip().rstrip(";"), data, copy[1], copy[2] or "")
    yield from _statements(sql)


def _statements(sql: str) -> Iterator[Part]:
    """Without the comments before them."""
    for statement in split(sql):
        start = next(place for kind, _, place in tokens(statement) if kind not in ("comment", "space"))
        yield Part(statement[start:])


def _is_open(sql: str) -> bool:
    """Whether a statement goes on."""
    rest = re.sub(r"--[^\n]*$", "", sql, flags=re.MULTILINE).rstrip()
    return bool(rest) and not rest.endswith(";")


def _decoded(file: RowsFile) -> str:
    try:
        return file.content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"--rows {file.name[:200]}: neither UTF-8 text nor an archive of pg_dump", _ADVICE) from error


def _restored(file: RowsFile, temporary: Path) -> str:
    """The data of an archive as a script."""
    with tempfile.NamedTemporaryFile(dir=temporary) as archive:
        archive.write(file.content)
        archive.flush()
        try:
            done = system.run(
                ["pg_restore", "--data-only", "--no-owner", "--no-privileges", "--file=-", archive.name], timeout=60
            )
        except ToolError as error:
            raise UsageError(
                f"--rows {file.name[:200]}: pg_restore cannot read the archive: {error.message}",
                "Install PostgreSQL's client programs, or give a script: `pg_dump --data-only --format=plain`.",
            ) from error
    return done.stdout


def _is_ignored(part: Part, ignored: Relations) -> bool:
    """Whether the rows are those of a table that nobody manages here, such as Alembic's own."""
    if part.data is not None:
        names = parts(part.table)
        return (names[-2] if len(names) > 1 else "public", names[-1]) in ignored
    tables = [effect.table for effect in effects([part.sql]) if isinstance(effect, Insertion)]
    return any(table.means(*relation) for table in tables for relation in ignored)


def _run(cursor: Cursor, part: Part, name: str) -> int:
    """Run it; rows that are there already, as the history made them, are left as they are. The number of new ones."""
    cursor.execute("SAVEPOINT part")
    try:
        given = _execute(cursor, part)
    except psycopg2.Error as error:
        cursor.execute("ROLLBACK TO SAVEPOINT part")
        if _SETTING.match(part.sql):  # of another version of the server
            return 0
        repeated = _repeated(cursor, part) if error.pgcode == "23505" else None
        if repeated is None:
            raise _refused(error, part.sql, name) from error
        given = repeated
    cursor.execute("RELEASE SAVEPOINT part")
    return given


def _execute(cursor: Cursor, part: Part) -> int:
    if part.data is None:
        cursor.execute(part.sql)
        return cursor.rowcount if writes_rows(part.sql) else 0
    cursor.copy_expert(part.sql, io.StringIO(part.data))
    return int(cursor.rowcount)


def _repeated(cursor: Cursor, part: Part) -> int | None:
    """The same, but for the rows that are there already; None where that cannot be done."""
    try:
        if part.data is None:
            return _execute(cursor, Part(f"{part.sql} ON CONFLICT DO NOTHING"))
        cursor.execute(f"CREATE TEMPORARY TABLE given (LIKE {part.table} INCLUDING DEFAULTS) ON COMMIT DROP")
        cursor.copy_expert(f"COPY given {part.columns} FROM stdin", io.StringIO(part.data))
        columns = part.columns.strip("() ") or "*"
        into = f"INSERT INTO {part.table} {part.columns} OVERRIDING SYSTEM VALUE"
        cursor.execute(f"{into} SELECT {columns} FROM given ON CONFLICT DO NOTHING")
        given = int(cursor.rowcount)
        cursor.execute("DROP TABLE given")
    except psycopg2.Error:
        cursor.execute("ROLLBACK TO SAVEPOINT part")
        return None
    return given


def _check_constraints(cursor: Cursor, name: str) -> None:
    try:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg2.Error as error:
        raise _refused(error, "", name) from error


def _refused(error: psycopg2.Error, sql: str, name: str) -> UsageError:
    shown = sql if len(sql) <= _SHOWN else sql[: _SHOWN - 1] + "…"
    where = f"\nin: {shown}" if sql else ""
    return UsageError(f"--rows {name[:200]} failed: {str(error).strip()}{where}", _ADVICE)


def _advance_sequences(cursor: Cursor, snapshot: Snapshot) -> None:
    """Let the sequences of serial and identity columns stand behind the last of the keys, as in a database in use."""
    for key, attributes in snapshot.of("column").items():
        numbered = attributes.get("identity") or "nextval(" in (attributes.get("default") or "")
        if not numbered or attributes["type"] not in ("smallint", "integer", "bigint"):
            continue
        table, column = f"{_quoted(key.schema)}.{_quoted(key.parent)}", _quoted(key.name)
        sequence = f"pg_get_serial_sequence({quote.literal(table)}, {quote.literal(key.name)})"
        cursor.execute(
            f"SELECT setval({sequence}, max({column})) FROM {table} HAVING max({column}) > 0 AND {sequence} IS NOT NULL"
        )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
