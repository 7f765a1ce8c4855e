"""Statements as a migration sends them, traced: lines of a file that is only compiled, on a real server."""

import json
from collections.abc import Sequence
from contextlib import closing

import msgspec
import sqlalchemy as sa

from bot.database.databases import Databases
from bot.migration.trace import relations
from bot.migration.trace.replay import StatementFacts, replay
from bot.project.client.client import RanStatement
from bot.project.worker.tracing import Trace

_PATH = "/a/migration.py"


def engine(databases: Databases, name: str) -> sa.Engine:
    """The project's own way to a database."""
    address = databases.address(name)
    given = {"host": address.host, "port": address.port, "user": address.user, "password": address.password}
    return sa.create_engine("postgresql+psycopg2://", connect_args={**given, "dbname": name})


def send(connection: sa.Connection, text: str, line: int) -> None:
    """A statement of the migration, sent by one of its lines."""
    source = "\n" * (line - 1) + "connection.exec_driver_sql(text)"
    exec(compile(source, _PATH, "exec"), {"connection": connection, "text": text})


class Traced:
    """A database whose statements are traced; what was not committed is undone at the end of a run."""

    def __init__(self, databases: Databases, name: str, engine: sa.Engine) -> None:
        self._databases, self._name, self._engine = databases, name, engine
        self.major = databases.server.major

    def run(self, *transactions: Sequence[str], autocommit: bool = False) -> list[StatementFacts]:
        """The facts of each statement; the first one is in line 1. Each transaction but the last is committed."""
        with closing(self._databases.connect(self._name)) as session:
            before = relations.read(session)
        line = 0
        with Trace(True) as trace, self._engine.connect() as connection:
            trace.follow("a1", _PATH)
            if autocommit:
                connection.execution_options(isolation_level="AUTOCOMMIT")
            for number, statements in enumerate(transactions, 1):
                for text in statements:
                    line += 1
                    send(connection, text, line)
                if number < len(transactions):
                    connection.commit()
            connection.rollback()
        # Over the same border as between the worker and the bot.
        return replay(msgspec.convert(json.loads(json.dumps(trace.statements)), list[RanStatement]), before)
