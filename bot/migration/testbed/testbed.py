"""Where a migration is tried: the databases of one project, and what was read from them.

In: a server, two workers, what the models declare. Out: snapshots of base's history, base's models,
head's models, and the target, which is what the migrated database has to look like.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.database.addresses import Address
from bot.database.databases import Databases
from bot.migration.testbed import undeclared
from bot.migration.testbed.repairs import less_repairs
from bot.migration.testbed.undeclared import Declarations
from bot.model import Difference, ObjectKey
from bot.project.client.client import Worker
from bot.schema.compare import compare
from bot.schema.snapshots import EMPTY, Snapshot, take
from bot.schema.watched import of_relations_but, watch

Relations = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Testbed:
    """Names of databases with their snapshots.

    `old` is what the migration starts from; `models` is what base's models build, stamped with base's heads;
    `new` is what head's models build; `target` is `old` with the change from `models` to `new` made to it.
    `ignore` are relations that nobody manages here: the version table and what `env.py` excludes. `watched_old`
    and `watched_target` are the same of watched objects. `by_author` says that the migration is the author's own,
    who may make by hand what models do not declare; `left_out` are objects
    that `env.py` keeps from autogenerate; `tenants` are schemas that env.py migrates like the first one's.
    `unneeded` are extensions that head's models need no longer, which may stay and may go.
    `rows_name` is a copy of `old` with the user's own rows, if there are any; so many are `rows_given`.
    """

    databases: Databases
    worker: Worker
    ignore: Relations
    old_name: str
    models_name: str
    new_name: str
    old: Snapshot
    models: Snapshot
    new: Snapshot
    target: Snapshot
    base_heads: tuple[str, ...]
    watched_old: Snapshot = EMPTY
    watched_target: Snapshot = EMPTY
    by_author: bool = False
    left_out: frozenset[ObjectKey] = frozenset()
    tenants: frozenset[str] = frozenset()
    unneeded: frozenset[ObjectKey] = frozenset()
    rows_name: str = ""
    rows_given: int = 0

    @contextmanager
    def copy(self, label: str, template: str | None = None) -> Iterator[str]:
        """A copy of the old database (or of `template`), dropped at the end."""
        with self.databases.temporary(label, template or self.old_name) as name:
            yield name

    def address(self, name: str) -> Address:
        """How the project's code reaches a database."""
        return self.databases.address(name)

    def session(self, name: str) -> AbstractContextManager[Connection]:
        """An administrator's connection to a database, for its catalog alone."""
        return self.databases.session(name)

    def reading_session(self, name: str) -> AbstractContextManager[Connection]:
        """A connection for what is in tables and sequences, with no more rights than the project has."""
        return self.databases.reading_session(name)

    def project_session(self, name: str) -> closing[Connection]:
        """A connection with no more rights than the project has."""
        return closing(self.address(name).connect())

    def snapshot(self, name: str) -> Snapshot:
        with self.session(name) as connection:
            return take(connection, self.ignore)

    def watched(self, name: str) -> Snapshot:
        """The objects of kinds that are compared and not written."""
        with self.session(name) as connection:
            return of_relations_but(watch(connection), self.ignore)

    def run_sql(self, name: str, statements: list[str]) -> None:
        """Run statements of the bot's own making, with no more rights than the project has."""
        with self.project_session(name) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    @property
    def declarations(self) -> Declarations:
        return Declarations(self.old, self.models, self.new, self.target, self.left_out)

    def residual(self, migrated: Snapshot) -> list[Difference]:
        """What is still not as the head models declare it, drift that nobody touched aside."""
        found = (less_repairs(difference, self.new) for difference in compare(migrated, self.target))
        if self.by_author:
            said = self.declarations
            named = undeclared.other_names(migrated, self.target, self.old)
            others = {*named, *named.values()}
            found = (undeclared.charged(d, said) if d and d.key not in others else None for d in found)
        return [difference for difference in found if difference and difference.key not in self.unneeded]
