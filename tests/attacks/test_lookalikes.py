"""Look-alikes of all that the system has stand first on every path: nothing of theirs runs in the bot's sessions."""

from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import quote

import psycopg2
import pytest

from bot.database import leftovers, shared_server
from bot.database.addresses import Address
from bot.database.databases import Databases
from bot.database.servers import Context, Server, start
from bot.migration.proof import rows, sequences
from bot.migration.trace import relations
from bot.project.client import locks
from bot.schema.compare import compare
from bot.schema.snapshots import Snapshot, take
from bot.schema.watched import watch
from bot.system import accounts
from tests.attacks import lookalikes
from tests.support.process import TEMPORARY
from tests.support.servers import ask

TABLES = """
CREATE SCHEMA "shop";
CREATE TYPE shop.state AS ENUM ('new', 'old');
CREATE DOMAIN shop.amount AS numeric CHECK (VALUE > 0);
CREATE TABLE shop.customer (id serial PRIMARY KEY, name text NOT NULL DEFAULT 'x', state shop.state, paid shop.amount);
CREATE TABLE shop.job (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer int REFERENCES shop.customer,
                       CHECK (customer > 0)) PARTITION BY RANGE (id);
CREATE TABLE shop.job_1 PARTITION OF shop.job FOR VALUES FROM (0) TO (100);
CREATE INDEX ON shop.customer (lower(name)) WHERE state = 'new';
CREATE STATISTICS shop.both ON name, state FROM shop.customer;
CREATE VIEW shop.named AS SELECT name FROM shop.customer WHERE name LIKE 'a%';
CREATE SEQUENCE shop.free;
CREATE FUNCTION shop.f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1';
CREATE TRIGGER t BEFORE UPDATE ON shop.customer FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE POLICY p ON shop.customer USING (name <> 'hidden');
ALTER TABLE shop.customer ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE shop.job IS 'jobs';
GRANT SELECT ON shop.customer TO PUBLIC;
INSERT INTO shop.customer (name) VALUES ('a'), ('hidden')
"""


def _looks(name: str) -> bool:
    return name.startswith("shop") or name == "shop"


def _own(snapshot: Snapshot) -> Snapshot:
    """What is the project's apart from look-alikes."""
    return Snapshot({key: value for key, value in snapshot.objects.items() if _looks(key.schema or key.name)})


@pytest.fixture(scope="module")
def catalogs(databases: Databases) -> Iterator[tuple[str, Snapshot, Snapshot]]:
    """A database in which look-alikes are, and its catalog as it was before them."""
    with databases.temporary("lookalikes") as name:
        ask(databases.address(name), TABLES)
        with closing(databases.connect(name)) as connection:
            before = _own(take(connection)), _own(watch(connection))
        lookalikes.plant(databases.address(name))
        user = databases.server.admin.user
        for role in (user, databases.server.reader.user):
            path = "search_path = public, pg_catalog"
            ask(databases.server.admin, f'ALTER ROLE "{role}" IN DATABASE "{name}" SET {path}')
        yield name, *before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM pg_class",
        "SELECT lower('A')",
        "SELECT 1 + 1",
        "SELECT 'a'::name = 'a'::text",
        "SELECT * FROM pg_catalog.unnest(ARRAY['b', 'a']) WHERE unnest ~ 'a'",
        "SELECT 'a'::text",
    ],
)
def test_others_meet_them(databases: Databases, catalogs: tuple[str, Snapshot, Snapshot], query: str) -> None:
    """Else the tests below would prove nothing."""
    with pytest.raises(psycopg2.Error, match=f"{lookalikes.MARK}|check constraint|does not exist"):
        ask(databases.server.admin.with_database(catalogs[0]), query)


def test_the_catalog_is_read_as_before(databases: Databases, catalogs: tuple[str, Snapshot, Snapshot]) -> None:
    name, before, _ = catalogs
    with closing(databases.connect(name)) as connection:
        assert list(compare(before, _own(take(connection)))) == []


def test_watched_objects_are_read_as_before(databases: Databases, catalogs: tuple[str, Snapshot, Snapshot]) -> None:
    name, _, before = catalogs
    with closing(databases.connect(name)) as connection:
        assert list(compare(before, _own(watch(connection)))) == []


def _read_rows(databases: Databases, name: str, snapshot: Snapshot) -> None:
    with closing(databases.reader(name)) as connection:
        read = rows.read(connection, snapshot)
    assert [row[1] for row in read.tables["shop", "customer"].rows] == ["a", "hidden"]


def _sequences(databases: Databases, name: str, snapshot: Snapshot) -> None:
    with closing(databases.reader(name)) as connection:
        sequences.advance(connection, snapshot)
        assert sequences.out_of_sync(connection, snapshot) == set()
        assert list(sequences.positions(connection, snapshot).values()) == [17]


def _relations(databases: Databases, name: str, snapshot: Snapshot) -> None:
    del snapshot
    with closing(databases.connect(name)) as connection:
        assert "customer" in {relation.name for relation in relations.read(connection).names.values()}


def _copies(databases: Databases, name: str, snapshot: Snapshot) -> None:
    with databases.temporary("copy", name) as copy, closing(databases.connect(copy)) as connection:
        assert list(compare(snapshot, _own(take(connection)))) == []


def _waiting(databases: Databases, name: str, snapshot: Snapshot) -> None:
    del snapshot
    assert locks.watch(databases.address(name))._look() is None
    holder = databases.address(name).connect(autocommit=False)
    with closing(holder), closing(databases.address(name).connect(autocommit=False)) as waiter:
        holder.cursor().execute("LOCK shop.customer")
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            waiter.cursor().execute("LOCK shop.customer NOWAIT")
        assert locks.watch(databases.address(name))._look() is None


@pytest.mark.parametrize("act", [_read_rows, _sequences, _relations, _copies, _waiting])
def test_nothing_of_theirs_runs_while_the_bot(
    databases: Databases,
    catalogs: tuple[str, Snapshot, Snapshot],
    act: Callable[[Databases, str, Snapshot], None],
) -> None:
    act(databases, catalogs[0], catalogs[1])


@pytest.fixture(scope="module")
def somebodys(databases: Databases, catalogs: tuple[str, Snapshot, Snapshot]) -> Iterator[Address]:
    """A server by URL, to which the bot comes by a database in which look-alikes are."""
    server = databases.server
    ask(server.admin, f'ALTER ROLE "{server.admin.user}" SET search_path = public, pg_catalog')
    yield server.admin.with_database(catalogs[0])
    ask(server.admin, f'ALTER ROLE "{server.admin.user}" RESET search_path')


def test_nor_on_a_server_by_url(somebodys: Address, server: Server, context: Context) -> None:
    ask(server.admin.with_database("template1"), "CREATE ROLE migration_bot_0123abcd_project")
    left = "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname ~ '^migration_bot_[0-9a-f]{8}_'"
    who = f"{somebodys.user}:{quote(somebodys.password, safe='')}"
    url = f"postgresql://{who}@/{somebodys.dbname}?host={somebodys.host}"
    with closing(somebodys.connect()) as connection:
        leftovers.sweep(somebodys, connection)
        assert shared_server.databases_of_others(connection, server.project) == [somebodys.dbname]
    with start(url, context) as by_url:
        assert by_url.project.user != by_url.admin.user
    assert ask(server.admin.with_database("template1"), left) == []


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return Context(
        tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("cache"), TEMPORARY, accounts(), shared_server=True
    )
