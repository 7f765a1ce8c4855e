"""What is said of locks: the examples of docs/findings.md, and the statements whose facts are known."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.database.databases import Databases
from bot.findings.deploying import deploy_locks, noon
from bot.findings.facts import Facts
from bot.findings.registry import rules
from bot.model import Finding, Migration, Project
from bot.schema.snapshots import Snapshot, take
from tests.support.facts import LOADED
from tests.support.tracing import Traced, engine

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/findings.md").read_text().split("## While the application is in use\n")[1]
KNOWN = {
    known["name"]: known
    for known in tomllib.loads((Path(__file__).with_name("statement_facts") / "statements.toml").read_text())[
        "statement"
    ]
}
SQL = re.compile(r"```sql\n(.*?)```", re.DOTALL)
MIGRATION = Migration(path="a.py", revision="a1", down_revision=None, origin="pull_request", source="")
PROJECT = Project(config="alembic.ini", status="proven", migrations=[MIGRATION])
FACTS = Facts(project=PROJECT, base=None, head=LOADED)
TABLES = SQL.findall(PAGE)[0]
ROWS = "INSERT INTO customer VALUES (1, 'a'); INSERT INTO purchase VALUES (1, 1, 1, 'x', now()), (2, 1, 1, 'x', now());"


# The code of each section with its bad and its good example.
EXAMPLES = [(section.split("`")[1], *SQL.findall(section)) for section in PAGE.split("\n### ")[1:]]


class Tables:
    """A database with some tables, and what the rules say of statements in it."""

    def __init__(self, databases: Databases, schema: str) -> None:
        self._databases = databases
        self._schema = schema

    def findings(self, *transactions: list[str], autocommit: bool = False) -> list[Finding]:
        return all_rules(self.facts(*transactions, autocommit=autocommit))

    def facts(self, *transactions: list[str], autocommit: bool = False) -> Facts:
        databases = self._databases
        with databases.temporary("examples") as name:
            made = engine(databases, name)
            try:
                with made.begin() as connection:
                    connection.exec_driver_sql(self._schema)
                old = self._snapshot(name)
                upgrade = Traced(databases, name, made).run(*transactions, [], autocommit=autocommit)
                migrated = self._snapshot(name)
            finally:
                made.dispose()
        return replace(FACTS, upgrade=tuple(upgrade), old=old, migrated=migrated)

    def _snapshot(self, name: str) -> Snapshot:
        with closing(self._databases.connect(name)) as session:
            return take(session, frozenset())


def all_rules(facts: Facts) -> list[Finding]:
    return [finding for rule in rules() for finding in rule.check(facts)]


@pytest.fixture(scope="module")
def tables(databases: Databases) -> Tables:
    return Tables(databases, TABLES + ROWS)


@pytest.fixture(scope="module")
def shop(databases: Databases) -> Iterator[Traced]:
    name = databases.create("shop")
    made = engine(databases, name)
    with made.begin() as connection:
        connection.exec_driver_sql((Path(__file__).with_name("statement_facts") / "schema.sql").read_text())
    yield Traced(databases, name, made)
    made.dispose()
    databases.drop(name)


def codes(tables: Tables, example: str) -> set[str]:
    outside = example.startswith("-- outside a transaction\n")
    blocks = example.removeprefix("-- outside a transaction\n").split("-- next transaction\n")
    transactions = [[line.rstrip(";") for line in block.strip().splitlines()] for block in blocks]
    return {finding.code for finding in tables.findings(*transactions, autocommit=outside)}


@pytest.mark.parametrize(("code", "bad", "good"), EXAMPLES, ids=[code for code, _, _ in EXAMPLES])
def test_the_examples_of_the_page(tables: Tables, code: str, bad: str, good: str) -> None:
    assert code in codes(tables, bad)
    assert code not in codes(tables, good)


def test_every_finding_on_locks_has_its_example() -> None:
    there = {code for code, _, _ in EXAMPLES}
    rules_folder = ROOT / "bot/findings/rules"
    using_facts = [path for path in rules_folder.glob("*.py") if "facts.upgrade" in path.read_text()]
    said = {match for path in using_facts for match in re.findall(r'code="([\w-]+)"', path.read_text())}
    assert said <= there
    assert len(said) >= 7


HARMLESS = (
    "validate check",
    "validate foreign key",
    "create table like another",
    "create index on only the partitioned table",
    "set storage parameter",
    "set statistics target",
    "add enum label",
    "rename enum label",
    "comment",
    "grant",
    "update every row",
    "update one row",
    "delete without an index",
    "insert from a query",
    "sequence type",
    "create statistics",
    "create publication",
)


BRIEFLY = "wait for as long as the transaction takes; it reads none of their rows"


def facts_of(shop: Traced, name: str) -> Facts:
    known = KNOWN[name]
    before = [known["before"]] if "before" in known else []
    return replace(FACTS, upgrade=tuple(shop.run([*before, known["sql"]])))


def said_of(shop: Traced, name: str) -> set[str]:
    return {finding.code for finding in all_rules(facts_of(shop, name))}


@pytest.mark.parametrize("name", HARMLESS)
def test_nothing_is_said_of_what_keeps_nobody_out(shop: Traced, name: str) -> None:
    assert said_of(shop, name) == set()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("add serial column", "table-rewrite"),
        ("add column of a constrained domain", "table-rewrite"),
        ("set unlogged", "table-rewrite"),
        ("cluster", "table-rewrite"),
        ("refresh materialized view", "table-rewrite"),
        ("add column with check and default", "rows-read-under-lock"),
        ("attach partition", "rows-read-under-lock"),
    ],
)
def test_what_the_text_of_a_statement_does_not_show(shop: Traced, name: str, code: str) -> None:
    assert code in said_of(shop, name)


@pytest.mark.parametrize(
    "name",
    [
        "widen varchar",
        "varchar to text",
        "timestamp to timestamptz in UTC",
        "set not null under a valid check",
        "add column with foreign key",
        "truncate",
    ],
)
def test_no_rows_are_said_to_be_read_where_none_are(shop: Traced, name: str) -> None:
    assert not said_of(shop, name) & {"table-rewrite", "rows-read-under-lock", "index-blocks-writers"}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("comment", "yes: no access to an existing table is blocked"),
        (
            "add nullable column",
            f"yes, if it gets its locks at once: readers and writers of purchase {BRIEFLY}",
        ),
        ("create index", "no, if the table is big: writers of purchase wait while its rows are read"),
        ("set not null", "no, if the table is big: readers and writers of purchase wait while its rows are read"),
        ("replace view", f"yes, if it gets its locks at once: readers and writers of amounts {BRIEFLY}"),
        ("reindex an index", "no, if the table is big: readers and writers of purchase wait while its rows are read"),
        (
            "create index on a partitioned table",
            "no, if the table is big: writers of meter (2 partitions) wait while its rows are read",
        ),
        (
            "create partition beside a default one",
            "no, if the table is big: readers and writers of meter (1 partition) wait while its rows are read",
        ),
        (
            "select for update",
            "yes: no access to an existing table is blocked; writers of the same rows of vehicle, lorry wait until the"
            " transaction ends",
        ),
        (
            "int to bigint in a foreign key",
            "no, if the table is big: readers and writers of visit wait while its rows are rewritten",
        ),
    ],
)
def test_the_answer_in_one_line(shop: Traced, name: str, line: str) -> None:
    assert noon(facts_of(shop, name).upgrade) == line


def test_what_was_not_observed_is_named_in_the_answer(tables: Tables) -> None:
    facts = tables.facts(["CREATE INDEX CONCURRENTLY made ON purchase (amount)"], autocommit=True)
    assert noon(facts.upgrade).endswith("; not observed, but known to keep nobody out: line 1")
    facts = tables.facts(["ALTER TABLE customer ADD x int", "VACUUM FULL purchase"], autocommit=True)
    assert noon(facts.upgrade) == "not known: the locks of line 1, line 2 are released before they can be observed"


COMMITS = "COMMIT; ALTER TABLE purchase ADD z int; BEGIN"


@pytest.mark.parametrize(
    ("transactions", "line"),
    [
        ([[COMMITS]], "not known: the locks of line 1 are released before they can be observed"),
        (
            [["UPDATE purchase SET amount = 1"]],
            "yes: no access to an existing table is blocked; writers of the same rows of purchase wait"
            " until the transaction ends",
        ),
        (
            [["ALTER TABLE purchase ADD z int; UPDATE purchase SET z = 1"]],
            "no, if there are many rows: readers and writers of purchase wait while rows are processed",
        ),
        (
            [["ALTER TABLE purchase ADD z int"], ["ALTER TABLE purchase ADD y int"]],
            "yes, if it gets its locks at once: readers and writers of purchase wait for as long as the transaction"
            " takes; it reads none of their rows",
        ),
        ([["INSERT INTO customer VALUES (9, 'z')"]], "yes: no access to an existing table is blocked"),
        (
            [["SELECT 1; ALTER TABLE purchase ALTER amount SET NOT NULL"]],
            "no, if the table is big: readers and writers of purchase wait while its rows are read",
        ),
    ],
)
def test_the_answer_for_several_statements(tables: Tables, transactions: list[list[str]], line: str) -> None:
    assert noon(tables.facts(*transactions).upgrade) == line


KEEP = "ALTER TABLE purchase ADD CONSTRAINT given CHECK (amount > 0) NOT VALID"
VALIDATE = "ALTER TABLE purchase VALIDATE CONSTRAINT given"
FOREIGN = "ALTER TABLE purchase ADD CONSTRAINT buyer FOREIGN KEY (customer_id) REFERENCES customer NOT VALID"


@pytest.mark.parametrize(
    ("transactions", "said"),
    [
        ([["-- why\nCREATE INDEX made ON purchase (amount)"]], {"index-blocks-writers"}),
        ([["SET LOCAL lock_timeout = '1s'"], [KEEP, VALIDATE]], {"no-lock-timeout", "rows-read-under-lock"}),
        ([["LOCK TABLE purchase NOWAIT"]], set()),
        (
            [["UPDATE purchase SET amount = 1; ALTER TABLE purchase ADD z int"]],
            {"no-lock-timeout"},
        ),
        (
            [["DO $$ BEGIN ALTER TABLE purchase ADD z int; UPDATE purchase SET z = 1; END $$"]],
            {"no-lock-timeout", "work-under-lock"},
        ),
        (
            [["ALTER TABLE purchase ADD z int", "ALTER TABLE customer ALTER name SET NOT NULL"]],
            {"no-lock-timeout", "several-tables-locked", "rows-read-under-lock", "work-under-lock"},
        ),
    ],
)
def test_each_is_said_once(tables: Tables, transactions: list[list[str]], said: set[str]) -> None:
    found = [finding.code for finding in tables.findings(*transactions)]
    assert sorted(found) == sorted(said)


@pytest.mark.parametrize(
    ("name", "code", "advice"),
    [
        ("create index on a partitioned table", "index-blocks-writers", "ON ONLY that table"),
        ("reindex a table", "index-blocks-writers", "`REINDEX … CONCURRENTLY`"),
        ("create partition beside a default one", "rows-read-under-lock", "The default partition is read"),
        ("primary key using an index, column not required", "rows-read-under-lock", "The column may still be NULL"),
        ("set logged", "table-rewrite", "There is no form"),
    ],
)
def test_the_advice_is_about_what_the_statement_does(shop: Traced, name: str, code: str, advice: str) -> None:
    (said,) = [finding.advice for finding in all_rules(facts_of(shop, name)) if finding.code == code]
    assert advice in said


def test_a_partitioned_table_is_said_once_with_its_partitions(shop: Traced) -> None:
    found = all_rules(facts_of(shop, "add check to a partitioned table"))
    assert {finding.code for finding in found} == {"no-lock-timeout", "rows-read-under-lock"}
    assert all("meter (2 partitions)" in finding.title for finding in found)


def test_a_foreign_key_under_another_name_is_not_new(databases: Databases) -> None:
    tied = Tables(databases, TABLES + FOREIGN)
    found = tied.findings(["ALTER TABLE purchase RENAME CONSTRAINT buyer TO customer_of"])
    assert "foreign-key-without-index" not in {finding.code for finding in found}


ZONED = "ALTER TABLE purchase ALTER bought TYPE timestamptz"


@pytest.mark.parametrize(("zone", "said"), [("UTC", True), ("Europe/Paris", False)])
def test_a_rewrite_for_another_column_says_nothing_of_the_time_zone(tables: Tables, zone: str, said: bool) -> None:
    found = tables.findings([f"SET LOCAL timezone = '{zone}'", "ALTER TABLE purchase ADD z serial", ZONED], [])
    assert ("time-zone-decides" in {finding.code for finding in found}) is said


def test_an_index_that_is_built_under_an_earlier_lock_keeps_everybody_out(tables: Tables) -> None:
    found = tables.findings(["ALTER TABLE purchase ADD z int", "CREATE INDEX made ON purchase (amount)"])
    (said,) = [finding for finding in found if finding.code == "index-blocks-writers"]
    assert said.title.startswith("Readers and writers of purchase")


def test_a_lock_is_told_with_what_follows_before_it_is_given_up(tables: Tables) -> None:
    facts = tables.facts(["SET LOCAL lock_timeout = '2s'", "ALTER TABLE customer ADD x int", "SELECT 1", "SELECT 2"])
    (lock,) = deploy_locks(facts.upgrade, {})
    assert (lock.table, lock.line, lock.rows, lock.later_statements) == ("customer", 2, "untouched", 2)
    assert lock.lock_timeout == "2s"
