"""Old code on the new schema and new code on the old one: changes whose consequences are known."""

# ruff: noqa: E501  a change is read in one line

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from bot.database.databases import Databases
from bot.migration.compatibility.verdicts import order, uses
from bot.model import TableUse
from bot.project.client.client import Used
from bot.project.worker import usage
from tests.support.tracing import engine

Columns = dict[str, sa.Column[Any]]
LABELS = ("new", "paid", "done")


def models(change: Callable[[Columns], Any] | None = None, *, without: str = "") -> sa.MetaData:
    """An account with posts; `change` is made to the account's columns."""
    metadata = sa.MetaData()
    columns: Columns = {
        "id": sa.Column("id", sa.Integer, primary_key=True),
        "email": sa.Column("email", sa.String(40), nullable=False),
        "nick": sa.Column("nick", sa.String(20)),
        "age": sa.Column("age", sa.Integer),
        "total": sa.Column("total", sa.Numeric(10, 2), nullable=False),
        "active": sa.Column("active", sa.Boolean, server_default=sa.text("true"), nullable=False),
        "state": sa.Column("state", sa.Enum(*LABELS, name="state_of"), nullable=False),
        "born": sa.Column("born", sa.DateTime),
    }
    more = change(columns) if change else None
    name, rest = more if isinstance(more, tuple) else ("account", [])
    sa.Table(name, metadata, *columns.values(), *rest)
    if without != "post":
        key: sa.Column[Any] = sa.Column("account_id", sa.ForeignKey(f"{name}.id"), nullable=False)
        text = [] if without == "text" else [sa.Column("text", sa.Text)]
        sa.Table("post", metadata, sa.Column("id", sa.Integer, primary_key=True), key, *text)
    return metadata


ROWS = (
    "INSERT INTO account (email, nick, age, total, state, born) VALUES"
    " ('a@b', 'n', 30, 12.5, 'new', now()), ('c@d', 'm', 31, 13.5, 'paid', now())",
    "INSERT INTO post (account_id, text) VALUES (1, 'x')",
)


def has(name: str, *arguments: Any, **options: Any) -> Callable[[Columns], None]:
    def change(columns: Columns) -> None:
        columns[name] = sa.Column(name, *arguments, **options)

    return change


def lacks(name: str) -> Callable[[Columns], None]:
    return lambda columns: columns.__delitem__(name)


def called(old: str, new: str) -> Callable[[Columns], None]:
    def change(columns: Columns) -> None:
        column = columns.pop(old)
        columns[new] = sa.Column(new, column.type, nullable=column.nullable)

    return change


def also(*constraints: Any, name: str = "account") -> Callable[[Columns], Any]:
    return lambda _: (name, list(constraints))


@dataclass(frozen=True)
class Change:
    """`sql` is the migration; `old_code` and `new_code` are the worst verdicts on any table."""

    name: str
    new: sa.MetaData
    sql: Sequence[str]
    old_code: str
    new_code: str
    order: str | None


def A(what: str) -> list[str]:  # noqa: N802
    return [f"ALTER TABLE account {what}"]


def enum(*labels: str) -> Callable[[Columns], None]:
    return has("state", sa.Enum(*labels, name="state_of"), nullable=False)


STRING, INT = sa.String, sa.Integer
DB, CODE, EITHER, TWO = "database first", "code first", "either", "two releases"
OK, CAN, BREAKS = "works", "can break", "breaks"
# fmt: off
CHANGES = [
    Change("nothing", models(), [], OK, OK, EITHER),
    Change("nullable column", models(has("bio", sa.Text)), A("ADD bio text"), OK, BREAKS, DB),
    Change("required column with default in the database",
           models(has("level", INT, server_default="1", nullable=False)), A("ADD level int NOT NULL DEFAULT 1"), OK, BREAKS, DB),
    Change("required column without default", models(has("level", INT, nullable=False)),
           [*A("ADD level int NOT NULL DEFAULT 1"), *A("ALTER level DROP DEFAULT")], BREAKS, BREAKS, TWO),
    Change("required column with default in the code", models(has("level", INT, default=1, nullable=False)),
           [*A("ADD level int NOT NULL DEFAULT 1"), *A("ALTER level DROP DEFAULT")], BREAKS, BREAKS, TWO),
    Change("optional column dropped", models(lacks("nick")), A("DROP nick"), BREAKS, OK, CODE),
    Change("required column dropped", models(lacks("total")), A("DROP total"), BREAKS, BREAKS, TWO),
    Change("column with default dropped", models(lacks("active")), A("DROP active"), BREAKS, OK, CODE),
    Change("column that no model has dropped", models(), A("ADD x int") + A("DROP x"), OK, OK, EITHER),
    Change("optional column renamed", models(called("nick", "handle")), A("RENAME nick TO handle"), BREAKS, BREAKS, TWO),
    Change("required column renamed", models(called("email", "mail")), A("RENAME email TO mail"), BREAKS, BREAKS, TWO),
    Change("made required", models(has("nick", STRING(20), nullable=False)), A("ALTER nick SET NOT NULL"), BREAKS, OK, CODE),
    Change("made optional", models(has("email", STRING(40))), A("ALTER email DROP NOT NULL"), BREAKS, BREAKS, TWO),
    Change("text narrowed", models(has("email", STRING(10), nullable=False)), A("ALTER email TYPE varchar(10)"), CAN, OK, CODE),
    Change("text widened", models(has("nick", STRING(60))), A("ALTER nick TYPE varchar(60)"), OK, CAN, DB),
    Change("text without a limit", models(has("nick", sa.Text)), A("ALTER nick TYPE text"), OK, CAN, DB),
    Change("number to text", models(has("age", sa.Text)), A("ALTER age TYPE text"), BREAKS, BREAKS, TWO),
    Change("text to number", models(has("nick", INT)), A("ALTER nick TYPE int USING 1"), BREAKS, BREAKS, TWO),
    Change("int to bigint", models(has("age", sa.BigInteger)), A("ALTER age TYPE bigint"), OK, CAN, DB),
    Change("int to smallint", models(has("age", sa.SmallInteger)), A("ALTER age TYPE smallint"), CAN, OK, CODE),
    Change("int to numeric", models(has("age", sa.Numeric(12, 2))), A("ALTER age TYPE numeric(12, 2)"), BREAKS, BREAKS, TWO),
    Change("numeric widened", models(has("total", sa.Numeric(14, 2), nullable=False)), A("ALTER total TYPE numeric(14, 2)"), OK, CAN, DB),
    Change("numeric narrowed", models(has("total", sa.Numeric(6, 2), nullable=False)), A("ALTER total TYPE numeric(6, 2)"), CAN, OK, CODE),
    Change("boolean to int", models(has("active", INT, server_default="1", nullable=False)),
           [*A("ALTER active DROP DEFAULT"), *A("ALTER active TYPE int USING active::int"), *A("ALTER active SET DEFAULT 1")],
           BREAKS, BREAKS, TWO),
    Change("text to array", models(has("nick", sa.ARRAY(sa.Text))), A("ALTER nick TYPE text[] USING ARRAY[nick]"), BREAKS, BREAKS, TWO),
    Change("text to JSON", models(has("nick", sa.JSON)), A("ALTER nick TYPE json USING to_json(nick)"), BREAKS, BREAKS, TWO),
    Change("timestamp to date", models(has("born", sa.Date)), A("ALTER born TYPE date"), BREAKS, BREAKS, TWO),
    Change("enum label added", models(enum(*LABELS, "void")), ["ALTER TYPE state_of ADD VALUE 'void'"], BREAKS, CAN, TWO),
    Change("enum label renamed", models(enum("fresh", "paid", "done")), ["ALTER TYPE state_of RENAME VALUE 'new' TO 'fresh'"],
           BREAKS, BREAKS, TWO),
    Change("enum to text", models(has("state", STRING(10), nullable=False)), A("ALTER state TYPE varchar(10)"), BREAKS, CAN, TWO),
    Change("new unique column", models(has("age", INT, unique=True)), A("ADD UNIQUE (age)"), CAN, OK, CODE),
    Change("new unique index", models(has("age", INT, unique=True)), ["CREATE UNIQUE INDEX ON account (age)"], CAN, OK, CODE),
    Change("unique over two columns", models(also(sa.UniqueConstraint("nick", "age"))), A("ADD UNIQUE (nick, age)"), CAN, OK, CODE),
    Change("new check on a number", models(also(sa.CheckConstraint("total >= 0"))), A("ADD CHECK (total >= 0)"), CAN, OK, CODE),
    Change("new check on a text", models(also(sa.CheckConstraint("length(email) < 30"))), A("ADD CHECK (length(email) < 30)"),
           CAN, OK, CODE),
    Change("new foreign key", models(has("age", sa.ForeignKey("account.id"))),
           ["UPDATE account SET age = id", *A("ADD FOREIGN KEY (age) REFERENCES account")], CAN, OK, CODE),
    Change("becomes generated", models(has("total", sa.Numeric(10, 2), sa.Computed("age * 2"))),
           [*A("DROP total"), *A("ADD total numeric(10, 2) GENERATED ALWAYS AS (age * 2) STORED")], BREAKS, BREAKS, TWO),
    Change("default set", models(has("age", INT, server_default="1")), A("ALTER age SET DEFAULT 1"), OK, OK, EITHER),
    Change("default dropped", models(has("active", sa.Boolean, nullable=False)), A("ALTER active DROP DEFAULT"), BREAKS, OK, CODE),
    Change("table renamed", models(also(name="member")), A("RENAME TO member"), BREAKS, BREAKS, TWO),
    Change("table dropped", models(without="post"), ["DROP TABLE post"], BREAKS, CAN, TWO),  # its rows keep accounts from being deleted
    Change("plain index", models(has("age", INT, index=True)), ["CREATE INDEX ON account (age)"], OK, OK, EITHER),
    Change("column dropped in the child", models(without="text"), ["ALTER TABLE post DROP text"], BREAKS, OK, CODE),
    Change("trigger that refuses", models(),
           ["CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'",
            "CREATE TRIGGER t BEFORE DELETE ON post FOR EACH ROW EXECUTE FUNCTION refuse()"], BREAKS, OK, CODE),
    Change("view added", models(), ["CREATE VIEW seen AS SELECT id, email FROM account"], OK, OK, EITHER),
    Change("comment", models(), ["COMMENT ON COLUMN account.age IS 'in years'"], OK, OK, EITHER),
    Change("rows that exclude each other", models(), A("ADD EXCLUDE USING btree (age WITH =)"), CAN, OK, CODE),
    Change("unique in the end", models(), A("ADD UNIQUE (age) DEFERRABLE INITIALLY DEFERRED"), CAN, OK, CODE),
    Change("foreign key in the end", models(has("age", sa.ForeignKey("account.id", deferrable=True, initially="DEFERRED"))),
           ["UPDATE account SET age = id", *A("ADD FOREIGN KEY (age) REFERENCES account DEFERRABLE INITIALLY DEFERRED")],
           CAN, OK, CODE),
    Change("key numbered by the server alone", models(has("id", INT, sa.Identity(always=True), primary_key=True)),
           [*A("ALTER id DROP DEFAULT"), *A("ALTER id ADD GENERATED ALWAYS AS IDENTITY (START 1000)")], OK, OK, EITHER),
    Change("key no longer numbered", models(has("id", INT, primary_key=True, autoincrement=False)), A("ALTER id DROP DEFAULT"),
           BREAKS, OK, CODE),
    Change("rows hidden by a policy", models(), [*A("ENABLE ROW LEVEL SECURITY"), *A("FORCE ROW LEVEL SECURITY")],
           BREAKS, "not tried", None),
    Change("enum label removed", models(enum("new", "paid")),
           ["ALTER TYPE state_of RENAME TO older", "CREATE TYPE state_of AS ENUM ('new', 'paid')",
            *A("ALTER state TYPE state_of USING state::text::state_of")], CAN, OK, CODE),
    Change("check against the empty text", models(also(sa.CheckConstraint("email <> ''"))), A("ADD CHECK (email <> '')"),
           CAN, OK, CODE),
    Change("required by a check", models(also(sa.CheckConstraint("nick IS NOT NULL"))), A("ADD CHECK (nick IS NOT NULL)"),
           BREAKS, OK, CODE),
    Change("deletes go on to the children", models(),
           ["ALTER TABLE post DROP CONSTRAINT post_account_id_fkey",
            "ALTER TABLE post ADD FOREIGN KEY (account_id) REFERENCES account ON DELETE CASCADE"], OK, CAN, DB),
    Change("deletes are swallowed", models(), ["CREATE RULE keep AS ON DELETE TO post DO INSTEAD NOTHING"], BREAKS, OK, CODE),
    Change("renamed, with a view in its place", models(also(name="member")),
           [*A("RENAME TO member"), "CREATE VIEW account AS SELECT * FROM member"], OK, BREAKS, DB),
    Change("numeric to int", models(has("total", INT, nullable=False)), A("ALTER total TYPE int"), BREAKS, BREAKS, TWO),
]
# fmt: on


class Sides:
    """The old and the new schema, in two schemas of one database."""

    def __init__(self, made: sa.Engine) -> None:
        self._engine = made

    def build(self, schema: str, change: Sequence[str]) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
            connection.exec_driver_sql(f"SET search_path = {schema}")
            models().create_all(connection)
            for statement in (*ROWS, *change):
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("RESET search_path")

    def use(self, metadata: sa.MetaData, schema: str, rows: Any, **how: bool) -> list[Used]:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f"SET LOCAL search_path = {schema}")
            found = usage.attempts(connection, metadata.sorted_tables, rows, **how)
            if how.get("stay"):
                connection.commit()
        return msgspec.convert(found, list[Used])


@pytest.fixture(scope="module")
def sides(databases: Databases) -> Iterator[Sides]:
    name = databases.create("compatibility")
    made = engine(databases, name)
    yield Sides(made)
    made.dispose()
    databases.drop(name)


def test_rows_that_the_new_code_left_are_not_in_the_way_of_the_old(sides: Sides) -> None:
    """A key that the application makes itself is the same in each attempt."""
    metadata = sa.MetaData()
    sa.Table("tag", metadata, sa.Column("name", sa.String(20), primary_key=True))
    made = ["CREATE TABLE tag (name varchar(20) PRIMARY KEY)"]
    sides.build("old_side", made)
    sides.build("new_side", made)
    at_home = sides.use(metadata, "old_side", {}, home=True)
    away = sides.use(metadata, "new_side", {})
    sides.use(metadata, "new_side", {}, stay=True)
    assert [use.verdict for use in uses(at_home, away, sides.use(metadata, "new_side", {}))] == ["works"]


def both(sides: Sides, change: Change) -> tuple[list[TableUse], list[TableUse]]:
    old = models()
    rows_of_old: dict[Any, Any] = {}
    rows_of_new: dict[Any, Any] = {}
    sides.build("old_side", [])
    sides.build("new_side", change.sql)
    at_home = sides.use(old, "old_side", rows_of_old, home=True)
    away = sides.use(old, "new_side", rows_of_old)
    new_at_home = sides.use(change.new, "new_side", rows_of_new, home=True)
    new_away = sides.use(change.new, "old_side", rows_of_new)
    sides.use(change.new, "new_side", rows_of_new, stay=True)
    mixed = sides.use(old, "new_side", rows_of_old)
    return uses(at_home, away, mixed), uses(new_at_home, new_away)


def worst(found: list[TableUse]) -> str:
    return max((use.verdict for use in found), key=(OK, "not tried", CAN, BREAKS).index)


@pytest.mark.parametrize("change", CHANGES, ids=[change.name for change in CHANGES])
def test_what_a_change_breaks(sides: Sides, change: Change) -> None:
    old_code, new_code = both(sides, change)
    seen = worst(old_code), worst(new_code), order(old_code, new_code)
    assert seen == (change.old_code, change.new_code, change.order), (old_code, new_code)
