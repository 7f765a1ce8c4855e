"""The judgement of one migration file. In: a case and a file's text. Out: what is wrong with it, step by step.

With rows in the old database: upgrade (the schema must be the new models', rows carried), downgrade (the schema and
the rows of the old), upgrade once more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.database.addresses import Address
from bot.database.databases import Databases
from tests.oracle import crowd, dumps, kept, rows
from tests.oracle.cases import Case
from tests.oracle.project import Child, RefusedError, write
from tests.oracle.tables import fetch, read


@dataclass(frozen=True)
class Mismatch:
    """The first thing that is wrong; empty when the file is right."""

    wrong: str = ""

    @property
    def right(self) -> bool:
        return not self.wrong


@dataclass(frozen=True)
class Oracle:
    """One case's databases: `old` and `new` as their models declare them, `seeded` the old one with rows."""

    case: Case
    databases: Databases
    child: Child
    programs: Path
    old: dumps.Objects
    new: dumps.Objects
    content: dict[str, rows.Content]
    held: dict[str, kept.Held]
    target: dict[str, set[str]]
    seeded: str

    def without_file(self) -> Mismatch:
        """Judge that nothing has to be done."""
        return self._schema("no migration", self.new, self.seeded)

    def with_plain_file(self, folder: Path) -> Mismatch:
        """Let plain Alembic write the file, and judge that."""
        config = write(folder)
        try:
            self.child.ask("revision", self.case.path / "new", self._address(self.seeded), config)
        except RefusedError as error:
            return Mismatch(f"revision: {error}")
        return self._compare(config)

    def with_file(self, folder: Path, source: str) -> Mismatch:
        """Judge the bot's file."""
        config = write(folder)
        (folder / "migrations" / "versions" / "change.py").write_text(source, encoding="utf-8")
        return self._compare(config)

    def _compare(self, config: Path) -> Mismatch:
        with self.databases.temporary("tried", self.seeded) as name:
            for step, want in (("upgrade", self.new), ("downgrade", self.old), ("upgrade again", self.new)):
                try:
                    action = step.removesuffix(" again")
                    self.child.ask(action, self.case.path / "new", self._address(name), config)
                except RefusedError as error:
                    return Mismatch(f"{step}: {error}")
                mismatch = self._schema(step, want, name)
                mismatch = mismatch if not mismatch.right else self._rows(step, name)
                if not mismatch.right:
                    return mismatch
        return Mismatch()

    def _schema(self, step: str, want: dumps.Objects, name: str) -> Mismatch:
        unlike = dumps.differences(want, dumps.dump(self.programs, self._address(name)))
        return Mismatch(f"{step}: {'; '.join(unlike)}" if unlike else "")

    def _rows(self, step: str, name: str) -> Mismatch:
        connection = self._address(name).connect()
        try:
            problems = list(self._problems(step, connection))
            # Once each: what a check takes from a sequence is not rolled back.
            problems += self._checks(f"{step}d", name)
        finally:
            connection.close()
        return Mismatch(f"{step}: {'; '.join(problems)}" if problems else "")

    def _problems(self, step: str, connection: Connection) -> Iterator[str]:
        if self.case.rows != "crowd":
            compare = rows.undone if step == "downgrade" else rows.lost
            yield from compare(self.content, rows.get(connection), self.target, self.case.meant)
            return
        yield from kept.unlike(self.held, kept.held(connection), self.target, self.case.meant)
        yield from (f"the next number of {column} is taken" for column in kept.colliding(connection))

    def _checks(self, when: str, name: str) -> Iterator[str]:
        if self.case.rows == "none":
            return
        for check in self.case.checks:
            if check.when != when:
                continue
            connection = self._address(name).connect(autocommit=False)
            try:
                ((have, *_), *_) = fetch(connection, check.sql)
                if str(have) != check.want:
                    yield f"{check.sql} gives {have}, not {check.want}"
            except (psycopg2.Error, ValueError) as error:
                yield f"{check.sql}: {str(error).strip()}"
            finally:
                connection.close()

    def _address(self, name: str) -> Address:
        return _admin(self.databases, name)


def _admin(databases: Databases, name: str) -> Address:
    """As somebody's own client connects, with the path that is usual."""
    return replace(databases.server.admin.with_database(name), trusted=False)


@contextmanager
def oracle_of(case: Case, databases: Databases, child: Child, programs: Path) -> Iterator[Oracle]:
    """Set a case's databases up. Raises `RefusedError` or `psycopg2.Error` when the case itself is broken."""
    made: list[str] = []
    try:
        for side in ("old", "new"):
            made.append(databases.create(side))
            address = _admin(databases, made[-1])
            _prepare(address, case.prereq)
            child.ask("create_all", case.path / side, address)
        old, new = made
        made.append(databases.create("seeded", old))
        content, held = _seed(_admin(databases, made[-1]), case)
        yield Oracle(
            case,
            databases,
            child,
            programs,
            dumps.dump(programs, _admin(databases, old)),
            dumps.dump(programs, _admin(databases, new)),
            content,
            held,
            _columns(_admin(databases, new)),
            made[-1],
        )
    finally:
        for name in made:
            databases.drop(name)


def _prepare(address: Address, statements: tuple[str, ...]) -> None:
    connection = address.connect()
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()


def _seed(address: Address, case: Case) -> tuple[dict[str, rows.Content], dict[str, kept.Held]]:
    connection = address.connect()
    try:
        if case.rows == "crowd":
            crowd.put(connection, case.name)
        elif case.rows != "none":
            rows.put(connection, case)
        return rows.get(connection), kept.held(connection)
    finally:
        connection.close()


def _columns(address: Address) -> dict[str, set[str]]:
    connection = address.connect()
    try:
        tables = read(connection).values()
        return {table.name: {c.name for c in table.columns if not c.generated} for table in tables}
    finally:
        connection.close()
