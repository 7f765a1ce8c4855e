"""Every code of a finding: the facts of which it is said, and those, alike but for what matters, of which it is not.

What the server makes of statements, and rows of migrations, is tested with a server; here is what is said of it.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.decisions import decision
from bot.discovery.migration_code import CodeFile
from bot.discovery.undeclared_models import UndeclaredModel
from bot.errors import BotError, ProjectError
from bot.findings.facts import Facts, FreshInstall
from bot.findings.registry import all_findings
from bot.migration.intent.expected_data import ChangedValues
from bot.migration.intent.written_values import ChangedWriting
from bot.migration.proof.kept_literals import KeptLiteral
from bot.migration.proof.losses import RowChange
from bot.migration.proof.proof import OutOfSync, Stop
from bot.migration.proof.restrictions import Restriction
from bot.migration.proof.seeding import Skipped
from bot.migration.proof.watched import WatchedDifference
from bot.migration.trace.lockmodes import ACCESS_EXCLUSIVE, ROW_EXCLUSIVE, SHARE
from bot.migration.trace.relations import Relation
from bot.migration.trace.replay import Held, StatementFacts
from bot.migration.trace.squawk import Remark
from bot.model import (
    Difference,
    LostRows,
    Migration,
    ObjectKey,
    Project,
    RoundTrip,
    Rows,
    Severity,
    Statement,
    Step,
    StepError,
    TableUse,
    UseFailure,
    Where,
)
from bot.project.client.answers import Revision, WrittenValue
from tests.support.facts import LOADED
from tests.support.snapshots import column, foreign_key, key, snapshot, table
from tests.support.troubleshooting import appears
from tests.unit.findings.codes import all_codes

OWN = Migration(path="versions/b2.py", revision="b2", down_revision="a1", origin="pull_request", source="")
GENERATED = msgspec.structs.replace(OWN, origin="generated")
PROJECT = Project(config="alembic.ini", status="proven", migrations=[OWN])
FACTS = Facts(project=PROJECT, base=LOADED, head=LOADED)

REVISION = Revision(
    revision="b2",
    down_revision=["a1"],
    depends_on=[],
    branch_labels=[],
    path="versions/b2.py",
    doc="",
    downgrade="complete",
)
AGE = ObjectKey("column", "public", "account", "age")
GONE = Difference(kind="column", schema="public", parent="account", name="age", action="removed", before={"x": 1})
ADDED = msgspec.structs.replace(GONE, action="added")
CAST = Difference(kind="cast", schema="", parent="", name="text AS integer", action="removed", before={"x": 1})
VERSIONS = ObjectKey("table", "public", "", "alembic_version")
ACCOUNT = Relation("r", "public", "account")
TEAM = Relation("r", "public", "team")
EMPTY_TABLE = Skipped(("a.b", "account"), "a trigger refuses them")
NARROWER = Restriction(AGE, ("public", "account"), {"age": "age"}, "", "type", "smallint")
COMPARED_DEFAULTS = StepError(type="database", message="syntax error\nSQL: SELECT 'a''b'::text = 'a'b' AS anon_1")
REFUSED = StepError(type="NotNullViolation", message='null value in column "age"')


def of(project: Project = PROJECT, **changes: Any) -> Facts:
    """Facts of a project with one migration of the pull request's."""
    return replace(FACTS, project=project, **changes)


def project(*migrations: Migration, **changes: Any) -> Project:
    return msgspec.structs.replace(PROJECT, migrations=list(migrations) or [OWN], **changes)


def sent(sql: str, rows: int | None = None) -> Facts:
    """A migration of the pull request's that sends one statement."""
    statement = Statement(direction="upgrade", sql=sql, line=7, rows=rows)
    return of(project(msgspec.structs.replace(OWN, statements=[statement])))


def about_shape(sql: str) -> Facts:
    """The same of a column of which no values are known."""
    return replace(sent(sql, 1), without_values=(("public", "account", "shape"),))


def ran(sql: str, line: int = 7, **facts: Any) -> StatementFacts:
    return StatementFacts(revision="b2", sql=sql, line=line, seconds=0, lock_timeout="3s", **facts)


def measured(*statements: StatementFacts) -> Facts:
    return of(upgrade=tuple(statements))


def compared(error: StepError | None) -> Project:
    """A round trip that ends with Alembic's comparison."""
    step = Step(name="autogenerate again", ok=error is None, seconds=0.1, error=error)
    return project(round_trip=RoundTrip(steps=[step]))


def moved_zone(*relations: Relation) -> Facts:
    """A timestamp that gets a time zone, with the tables that were rewritten for it."""
    key, before = column("account", "at", type="timestamp without time zone")
    after = {**before, "type": "timestamp with time zone"}
    statement = ran(
        "ALTER TABLE account ALTER at TYPE timestamptz", taken={ACCOUNT: ACCESS_EXCLUSIVE}, rewritten=relations
    )
    return replace(measured(statement), old=snapshot((key, before)), migrated=snapshot((key, after)))


def forgotten(migration: Migration) -> Facts:
    """A column that base's models had is made by this migration."""
    facts = of(project(migration, drift=[ADDED]))
    there = table("account")
    return replace(facts, old=snapshot(there), migrated=snapshot(there, column("account", "age")))


def keyed(*indexes: Any) -> Facts:
    """A foreign key on a table that was there."""
    there = table("account")
    after = snapshot(there, foreign_key("account", "account_team", "team", ["team_id"]), *indexes)
    return of(old=snapshot(there), migrated=after)


def counted(value: str) -> Facts:
    return sent(f"UPDATE team SET n = (SELECT {value} FROM account WHERE team_id = team.id)")


def parted(condition: str) -> Facts:
    """A column that is filled by two ranges of another one."""
    sql = f"UPDATE account SET name = CASE WHEN n < 10 THEN 'less' WHEN {condition} THEN 'more' END"
    return replace(sent(sql), old=snapshot(column("account", "n", type="integer")))


def chosen(one: str, other: str) -> Facts:
    """A column that is filled under two conditions."""
    there = snapshot(*(column("account", name, type="text", not_null=False, default=None) for name in ("n", "name")))
    sql = f"UPDATE account SET name = CASE WHEN {one} THEN 'one' WHEN {other} THEN 'other' END"
    return replace(sent(sql), old=there, migrated=there)


def given_any(query: str) -> Facts:
    """A required reference that is filled by a query."""
    there = snapshot(table("team"), table("account"), foreign_key("account", "account_team", "team", ["team_id"]))
    after = snapshot(*there.objects.items(), column("account", "team_id", type="integer", not_null=True, default=None))
    return replace(sent(f"UPDATE account SET team_id = ({query})", 1), old=there, migrated=after)


def shown(name: str) -> Facts:
    """A column is changed, beside a materialized view of names."""
    view = ObjectKey("materialized_view", "public", "", "names"), {"definition": "SELECT name FROM account"}
    return replace(sent(f"UPDATE account SET {name} = lower({name})"), old=snapshot(view), migrated=snapshot(view))


def aged(value: str) -> Facts:
    """A number that is made of dates."""
    there = snapshot(*(column("account", name, type="date") for name in ("born", "died")))
    after = snapshot(*there.objects.items(), column("account", "age", type="integer", not_null=False))
    return replace(sent(f"UPDATE account SET age = {value}"), old=there, migrated=after)


def joins(condition: str) -> Facts:
    """A statement that pairs the rows of two tables, one of which refers to the other."""
    schema = snapshot(
        key("account", "account_pkey", ["id"]),
        key("team", "team_pkey", ["id"]),
        foreign_key("account", "account_team", "team", ["team_id"]),
    )
    return replace(sent(f"UPDATE account SET name = team.name FROM team WHERE {condition}"), old=schema)


def picked(condition: str) -> Facts:
    """A row of another table, which is picked by a value of its own."""
    schema = snapshot(*(table("account"), table("team")), key("team", "team_code", ["code"]))
    return replace(sent(f"UPDATE account SET team_id = t.id FROM team t WHERE {condition}"), old=schema)


def joined_by(*columns: str) -> Facts:
    """A name that is taken from a table whose key has two columns."""
    schema = snapshot(
        *(table("account"), table("team")),
        *(column("team", "region", not_null=True), column("team", "code", not_null=True)),
        key("team", "team_pkey", ["region", "code"]),
        *(table("area"), key("area", "area_pkey", ["code"])),
    )
    condition = " AND ".join(f"t.{name} = account.{name}" for name in columns)
    return replace(sent(f"UPDATE account SET name = t.name FROM team t WHERE {condition}"), old=schema)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE account SET name = t.name FROM team t WHERE t.code = account.code AND t.region = 'eu'", False),
        ("UPDATE account SET name = t.name FROM team t, account a WHERE t.code = a.code AND a.id = account.id", True),
        ("DELETE FROM account USING team t WHERE t.code = account.code", False),
        ("UPDATE account SET size = (SELECT count(*) FROM team t WHERE t.code = account.code)", False),
        ("UPDATE account SET size = (SELECT t.size FROM team t WHERE t.code = account.code)", True),
        ("UPDATE account SET known = EXISTS (SELECT 1 FROM team t WHERE account.code = t.code)", False),
        ("UPDATE account SET known = true FROM team t WHERE t.code = account.code", False),
        ("UPDATE account SET known = true, name = t.name FROM team t WHERE t.code = account.code", True),
        ("UPDATE account SET size = (SELECT sum(t.size) FROM shop s JOIN team t ON t.code = s.code)", True),
        ("UPDATE account SET size = (SELECT sum(t.size) FROM area s JOIN team t ON t.code = s.code)", False),
        ("UPDATE account SET team = t.number FROM team t WHERE t.number = account.team", False),
    ],
)
def test_a_join_by_part_of_a_key(sql: str, found: bool) -> None:
    codes = {one.code for one in all_findings(replace(sent(sql), old=joined_by("code").old))}
    assert ("joined-by-part-of-key" in codes) is found


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("t.name = account.team", True),
        ("t.name = account.team AND t.tenant_id = account.tenant_id", False),
        ("t.id = account.team_id", False),
    ],
)
def test_a_join_by_name_where_both_tables_have_a_tenant(condition: str, found: bool) -> None:
    columns = (column(of, "tenant_id", not_null=True) for of in ("account", "team"))
    schema = snapshot(table("account"), table("team"), *columns, key("team", "team_pkey", ["id"]))
    facts = replace(sent(f"UPDATE account SET team_id = t.id FROM team t WHERE {condition}"), old=schema)
    assert ("joined-by-part-of-key" in {one.code for one in all_findings(facts)}) is found


def granted(sql: str) -> Facts:
    """A statement that writes a foreign key."""
    schema = snapshot(table("account"), table("team"), foreign_key("account", "account_team", "team", ["team_id"]))
    return replace(sent(sql), old=schema, migrated=schema)


def renamed_under(body: str) -> Facts:
    """A column that gets another name, and a function whose code stays as it is."""
    function = (
        ObjectKey("function", "public", "", "turnover()"),
        {"definition": f"CREATE OR REPLACE FUNCTION public.turnover()\n LANGUAGE sql\nAS $function${body}$function$\n"},
    )
    old, migrated = (snapshot(table("account"), column("account", name), function) for name in ("total", "amount"))
    return replace(sent("ALTER TABLE account RENAME total TO amount"), old=old, migrated=migrated)


def grouped(comparison: str) -> Facts:
    """A required column that is filled with the sums of groups, one of which is that of NULL."""
    schema = snapshot(
        table("account"), column("account", "team", not_null=False), column("account", "total", not_null=True)
    )
    sums = "SELECT team, sum(amount) AS total FROM account GROUP BY team"
    sql = f"UPDATE account SET total = s.total FROM ({sums}) s WHERE s.team {comparison} account.team"
    return replace(sent(sql), migrated=schema)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("team <> 'a'", True),
        ("team != 'a'", True),
        ("team NOT IN ('a')", True),
        ("team <> 'a' OR team IS NULL", False),
        ("team = 'a'", False),
        ("team IS DISTINCT FROM 'a'", False),
    ],
)
def test_a_flag_that_what_is_null_does_not_get(condition: str, found: bool) -> None:
    facts = replace(sent(f"UPDATE account SET total = 1 WHERE {condition}"), migrated=grouped("=").migrated)
    assert ("null-left-out" in {one.code for one in all_findings(facts)}) is found


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ({}, False),
        ({"nulls_not_distinct": True}, True),
        ({"unique": False}, True),
        ({"predicate": "(other > 0)"}, True),
        ({"columns": ["other"]}, True),
        ({"columns": ["team", "total"], "predicate": None}, False),
    ],
)
def test_null_needs_no_room_under_a_new_key(attributes: dict[str, Any], found: bool) -> None:
    index = {"unique": True, "columns": ["team"], "predicate": "(total > 0)", **attributes}
    old = grouped("=").migrated
    assert old
    migrated = replace(old, objects={**old.objects, ObjectKey("index", "public", "account", "one"): index})
    twins = "SELECT 1 FROM account b WHERE b.team = account.team AND b.id > account.id"
    sql = f"UPDATE account SET total = 0 WHERE total > 0 AND EXISTS ({twins})"
    for before, wanted in ((old, found), (migrated, True)):
        facts = replace(sent(sql), old=before, migrated=migrated)
        assert ("null-left-out" in {one.code for one in all_findings(facts)}) is wanted


def test_why_there_were_no_rows() -> None:
    """Only where there are questions is it for them."""
    asked = decision("fill", "account.total", "What do existing rows get?", "open")
    step = Step(name="downgrade", ok=False, seconds=0.1, error=StepError(type="ForeignKeyViolation", message="no"))
    for decisions, part in (([asked], "questions above"), ([], "pass the downgrade")):
        facts = of(msgspec.structs.replace(PROJECT, decisions=decisions), with_rows=False, stopped=step)
        (said,) = (one.detail for one in all_findings(facts) if one.code == "proven-without-rows")
        assert part in said


def windowed(function: str, order: str, partition: str = "") -> Facts:
    """A value that is made of several rows of a table whose key is (item, day)."""
    columns = (column("price", name, not_null=True) for name in ("item", "day", "shop"))
    schema = snapshot(table("price"), *columns, key("price", "price_pkey", ["item", "day"]))
    window = f"{partition and f'PARTITION BY {partition} '}ORDER BY {order}"
    return replace(sent(f"INSERT INTO sums SELECT {function} OVER ({window}) FROM price p"), old=schema)


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        (windowed("row_number()", "p.day DESC"), "row_number() goes through the rows of every item together"),
        (windowed("row_number()", "day, item"), None),
        (windowed("last_value(x)", "day", "item"), "last_value() gives each row its own value: the window ends there"),
        (windowed("last_value(x)", "day ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING", "item"), None),
        (windowed("first_value(x)", "day", "item"), None),
        (windowed("row_number()", "shop"), None),
        (windowed("sum(x)", "shop", "item"), "sum(x) gives rows with the same shop the same value"),
        (windowed("sum(x)", "shop ROWS UNBOUNDED PRECEDING", "item"), None),
        (windowed("sum(x)", "day", "item"), None),
        (windowed("lag(x, 1)", "shop", "item"), None),
    ],
)
def test_windows_of_others(facts: Facts, title: str | None) -> None:
    told = [one.title.replace("sum()", "sum(x)") for one in all_findings(facts) if one.code == "window-of-others"]
    assert told == ([title] if title else [])


BOTH = (table("account"), table("blocked"), *(column(name, "code", not_null=False) for name in ("account", "blocked")))


def inside(select: str) -> Facts:
    """A statement with a sub-select; both tables have a code, and accounts alone a team."""
    schema = snapshot(*BOTH, column("account", "team", not_null=False))
    return replace(sent(f"UPDATE account SET code = 1 WHERE team IN ({select})"), old=schema, migrated=schema)


@pytest.mark.parametrize(
    ("select", "title"),
    [
        ("SELECT team FROM blocked", "A sub-select of blocked gives account.team"),
        ("SELECT blocked.code FROM blocked", None),
        ("SELECT code FROM blocked", None),
        ("SELECT account.team FROM blocked", None),
        ("SELECT team FROM unknown", None),
        ("SELECT team FROM unnest('{}'::int[]) AS team", None),
        ("SELECT b.id FROM blocked b WHERE b.code = code", "blocked.code is compared with itself"),
        ("SELECT b.id FROM blocked b WHERE b.code = account.code", None),
        ("SELECT b.id FROM blocked b WHERE b.code = team", None),
        ("SELECT b.id FROM blocked b WHERE b.code = b.code", None),
    ],
)
def test_names_that_are_found_inside_first(select: str, title: str | None) -> None:
    found = [one.title for one in all_findings(inside(select)) if one.code == "taken-for-another-table"]
    assert found == [title] * (title is not None)


def put_together(value: str) -> Facts:
    """A text of columns, of which the second may be NULL."""
    names = ("first", True), ("middle", False), ("name", False)
    schema = snapshot(table("account"), *(column("account", name, type="text", not_null=must) for name, must in names))
    return replace(sent(f"UPDATE account SET name = {value}"), migrated=schema)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE account SET name = first || middle WHERE middle IS NOT NULL", False),
        ("UPDATE account SET name = first || middle WHERE first IS NOT NULL", True),
        ("INSERT INTO person (id, name) SELECT id, first || ' ' || middle AS name FROM account", True),
        ("INSERT INTO person (name) SELECT first || middle FROM account WHERE middle IS NOT NULL", False),
        ("INSERT INTO person (name) SELECT first || ' x' AS middle FROM account", False),
    ],
)
def test_texts_of_which_a_part_may_be_null(sql: str, said: bool) -> None:
    facts = replace(sent(sql), migrated=put_together("first").migrated)
    assert ("null-takes-all" in {one.code for one in all_findings(facts)}) is said


def merged(rest: str, *, unique: bool = False, there: bool = True, stays: bool = False) -> Facts:
    """Rows of `returned` that go into `stock`; without `there`, that is a new table."""
    returned = [table("returned"), column("returned", "sku"), column("returned", "qty")]
    stock = [table("stock"), column("stock", "sku"), column("stock", "qty"), key("stock", "stock_pkey", ["sku"])]
    unique_one = [key("returned", "returned_key", ["sku"], "u")] if unique else []
    old = snapshot(*returned, *unique_one, *(stock if there else ()))
    facts = sent(f"INSERT INTO stock (sku, qty) SELECT sku, qty FROM returned ON CONFLICT {rest}")
    return replace(facts, old=old, migrated=snapshot(*stock, *(returned if stays else ())))


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        (merged("(sku) DO UPDATE SET qty = EXCLUDED.qty"), "Where stock has the key already, its qty give way"),
        (merged("(sku) DO UPDATE SET qty = EXCLUDED.qty", stays=True), "Where stock has the key already"),
        (merged("(sku) DO UPDATE SET qty = EXCLUDED.qty + stock.qty"), ""),
        (merged("(sku) DO UPDATE SET sku = EXCLUDED.sku"), "Rows of returned whose sku stock has"),
        (merged("(sku) DO NOTHING"), "Rows of returned whose sku stock has already are left out, with their qty"),
        (merged("DO NOTHING"), "Rows of returned whose sku stock has already are left out, with their qty"),
        (merged("(sku) DO NOTHING", stays=True), ""),
        (merged("(sku) DO NOTHING", there=False), "Rows of returned whose sku stock has already"),
        (merged("(sku) DO NOTHING", there=False, unique=True), ""),
    ],
)
def test_rows_that_meet(facts: Facts, title: str) -> None:
    found = [one.title for one in all_findings(facts) if one.code == "one-row-of-two"]
    assert [one for one in found if one.startswith(title)] == found
    assert bool(found) is bool(title)


def in_rounds(sql: str, *rows: int) -> Facts:
    """A statement that is sent once for each number of rows which it touches."""
    statements = [Statement(direction="upgrade", sql=sql, line=7, rows=count) for count in rows or (3, 3)]
    return of(project(msgspec.structs.replace(OWN, statements=statements)))


@pytest.mark.parametrize(
    ("sql", "rows", "said"),
    [
        ("UPDATE account SET name = %(name)s WHERE shape IS NULL", (3, 3), True),
        ("UPDATE account SET name = %(name)s WHERE shape IS NULL", (3, 0, 0), False),
        ("UPDATE account SET name = %(name)s", (3,), False),
        ("UPDATE account SET name = %(name)s WHERE name IS NULL", (3, 3), False),
        ("UPDATE account SET name = %(name)s WHERE id IN (SELECT id FROM x LIMIT 500)", (3, 3), False),
        ("UPDATE account SET name = 'a'", (3, 3), False),
        ("UPDATE account SET name = %(name)s WHERE id > %(id)s", (3, 3), False),
    ],
)
def test_rounds_that_overwrite(sql: str, rows: tuple[int, ...], said: bool) -> None:
    assert ("each-round-overwrites" in {one.code for one in all_findings(in_rounds(sql, *rows))}) is said


def divided(value: str) -> Facts:
    """A column with a fraction that is made of whole numbers."""
    numbers = (column("account", name, not_null=False) for name in ("total", "parts"))
    share = column("account", "share", type="numeric(10,2)", not_null=False)
    schema = snapshot(table("account"), *numbers, share)
    return replace(sent(f"UPDATE account a SET share = {value}"), migrated=schema)


def written(source: str) -> Facts:
    return of(project(msgspec.structs.replace(OWN, source=f"def upgrade():\n    {source}\n")))


def asking(condition: str) -> Facts:
    return written(f"if {condition}:\n        op.execute('ANALYZE')")


@pytest.mark.parametrize(
    ("call", "local"),
    [
        ("datetime.fromtimestamp(1)", True),
        ("datetime.fromtimestamp(1, tz=utc)", False),
        ("datetime.fromtimestamp(1, utc)", False),
        ("datetime.utcfromtimestamp(1)", False),
        ("time.localtime(x)", True),
        ("mktime(x)", True),
        ("x.astimezone()", True),
    ],
)
def test_moments_of_the_machine(call: str, local: bool) -> None:
    assert ("zone-of-the-machine" in {one.code for one in all_findings(written(call))}) is local


def paired(one: str, other: str) -> Facts:
    """Two results that are paired by their places."""
    first, second = (f'bind.execute(sa.text("SELECT id FROM account {order}")).all()' for order in (one, other))
    return written(f"ids = {first}\n    names = {second}\n    for i, n in zip(ids, names): pass")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (paired("", ""), True),
        (paired("ORDER BY id", ""), True),
        (paired("ORDER BY id LIMIT 5", "ORDER BY id"), False),
        (written("zip(bind.execute('SELECT 1 FROM a'), [1, 2])"), False),
        (written("zip(bind.execute('SELECT a FROM a'), bind.execute('SELECT b FROM a'))"), True),
        (written("zip(a, b)"), False),
    ],
)
def test_rows_that_are_paired(facts: Facts, said: bool) -> None:
    assert ("results-paired" in {one.code for one in all_findings(facts)}) is said


def by_key(made: str, sql: str = "SELECT id, name FROM account") -> Facts:
    """A dict of the rows of a query, whose key is the id."""
    columns = (column("account", name, not_null=True) for name in ("id", "name"))
    schema = snapshot(table("account"), *columns, key("account", "account_pkey", ["id"]))
    return replace(written(f"rows = bind.execute(text({sql!r}))\n    known = {made}"), old=schema)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (by_key('{r["name"]: r for r in rows}'), True),
        (by_key("{name: id for id, name in rows}"), True),
        (by_key("{id: name for id, name in rows}"), False),
        (by_key("{r.name: 1 for r in rows}", "SELECT DISTINCT name FROM account"), False),
        (by_key("{r.name: 1 for r in rows}", "SELECT name, max(id) FROM account GROUP BY name"), False),
        (by_key("{r.name: 1 for r in rows}", "SELECT name FROM account JOIN team ON true"), False),
        (by_key("{r.name: 1 for r in rows}", "SELECT name FROM unknown"), False),
        (by_key("{r.name: 1 for r in others}"), False),
        (by_key("{r.other: 1 for r in rows}"), False),
        (by_key("{s.name: 1 for r in rows}"), False),
    ],
)
def test_rows_that_a_dict_makes_one(facts: Facts, said: bool) -> None:
    assert ("one-row-for-each-key" in {one.code for one in all_findings(facts)}) is said


def padded(value: str, where: str = "", type_: str = "character varying(12)") -> Facts:
    schema = snapshot(table("account"), column("account", "code", type=type_, not_null=True))
    return replace(sent(f"UPDATE account a SET code = {value} {where}"), old=schema)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (padded("rpad(a.code, 6)"), True),
        (padded("lpad(code, 6, '0')", type_="text"), True),
        (padded("lpad(code, 6, '0')", "WHERE length(code) <> 6"), True),
        (padded("lpad(code, 6, '0')", "WHERE length(code) < 6"), False),
        (padded("lpad(code, 6, '0')", "WHERE length(a.code) <= 6"), False),
        (padded("lpad(code, greatest(6, length(code)), '0')"), False),
        (padded("lpad(code, 6, '0')", type_="character varying(6)"), False),
        (padded("lpad(code::text, 6, '0')", type_="integer"), False),
    ],
)
def test_what_padding_cuts(facts: Facts, said: bool) -> None:
    assert ("padding-cuts" in {one.code for one in all_findings(facts)}) is said


def inserting(rows: str) -> Facts:
    return written(f"op.bulk_insert(account, [{rows}])")


def in_a_tree(value: str) -> Facts:
    schema = snapshot(table("account"), foreign_key("account", "account_parent", "account", ["parent_id"]))
    return replace(sent(f"UPDATE account SET path = {value} FROM account p WHERE p.id = account.parent_id"), old=schema)


def test_a_copy_of_what_the_parent_has_is_no_level_of_a_tree() -> None:
    facts = in_a_tree("p.path || name")
    assert facts.old is not None
    there = snapshot(*facts.old.objects.items(), column("account", "path", not_null=False))
    assert "one-level-only" not in {one.code for one in all_findings(replace(facts, old=there))}


def partitioned(bound: str) -> Facts:
    """A new partition beside another one."""
    parts = (table("event"), table("rest", partition_of=["public", "event"], partition_bound=bound))
    fresh = table("fresh", partition_of=["public", "event"], partition_bound="FOR VALUES IN ('b')")
    return of(old=snapshot(*parts), migrated=snapshot(*parts, fresh))


@pytest.mark.parametrize(
    ("test", "found"),
    [
        ("bind.execute('SELECT count(*) FROM t').scalar() < 10000", True),
        ("total > 500", True),
        ("len(row.name) > 200", False),
        ("total > 0", False),
        ("op.get_context().get_x_argument(as_dictionary=True)", True),
        ("socket.gethostname() == 'db'", True),
    ],
)
def test_what_makes_a_migration_depend_on_where_it_runs(test: str, found: bool) -> None:
    facts = written(f"total = bind.execute('SELECT count(*) FROM t').scalar()\n    if {test}:\n        op.execute('')")
    assert ("depends-on-where-it-runs" in {one.code for one in all_findings(facts)}) is found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("    if {test}:\n        return\n    op.execute('')", True),
        ("    if {test}:\n        print()\n        return\n    op.execute('')", True),
        ("    if {test}:\n        return\n    print()", False),
        ("    op.execute('')\n    if {test}:\n        return", False),
        ("    if {test}:\n        raise ValueError\n    op.execute('')", False),
    ],
)
def test_what_is_left_out_by_a_return_depends_on_it_as_well(body: str, found: bool) -> None:
    facts = written(body.format(test="os.environ.get('X')").lstrip())
    assert ("depends-on-where-it-runs" in {one.code for one in all_findings(facts)}) is found


def trying(handler: str, body: str = "op.execute('')") -> Facts:
    return written(f"try:\n        {body}\n    {handler}")


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (trying("except Exception:\n        pass"), True),
        (trying("except:\n        pass"), True),
        (trying("except sa.exc.IntegrityError as error:\n        print(error)"), True),
        (trying("except (ValueError, Exception):\n        log.warning('no')"), True),
        (trying("except Exception:\n        raise"), False),
        (trying("except Exception:\n        op.execute('x')"), False),
        (trying("except ValueError:\n        pass"), False),
        (trying("except Exception:\n        pass", "op.drop_index('i')"), False),
        (trying("except Exception:\n        pass", "op.execute(sa.text('DROP TYPE mood'))"), False),
        (trying("finally:\n        pass"), False),
    ],
)
def test_what_swallows_errors(facts: Facts, found: bool) -> None:
    assert ("errors-swallowed" in {one.code for one in all_findings(facts)}) is found


def in_text(sql: str) -> Facts:
    """A statement about a table that has JSON, numbers and a text; another one has the same names in another order."""
    one = [column("account", name, type=kind, position=n, not_null=False) for n, (name, kind) in enumerate(_KINDS, 1)]
    other = [column("kept", name, type=kind, position=-n, not_null=False) for n, (name, kind) in enumerate(_KINDS, 1)]
    there = snapshot(table("account"), table("kept"), *one, *other)
    return replace(sent(sql, 1), old=there, migrated=there)


_KINDS = (("data", "jsonb"), ("size", "integer"), ("count", "integer"), ("note", "text"))


@pytest.mark.parametrize(
    ("sql", "code", "found"),
    [
        ("UPDATE account SET note = data->'a'", "json-quotes", True),
        ("UPDATE account SET note = (data->'a'->'b')::text", "json-quotes", True),
        ("UPDATE account SET note = CAST(data->'a' AS varchar(9))", "json-quotes", True),
        ("UPDATE account SET note = json_build_object('a', size)->'a'", "json-quotes", True),
        ("UPDATE account SET note = (data->'a')::varchar(9)", "json-quotes", True),
        ("UPDATE account SET note = data->>'a'", "json-quotes", False),
        ("UPDATE account SET note = data->'a'->>'b'", "json-quotes", False),
        ("UPDATE account SET data = data->'a'", "json-quotes", False),
        ("UPDATE account SET size = (data->'a')::int", "json-quotes", False),
        ("UPDATE account SET note = jsonb_array_length(data->'a') || ''", "json-quotes", False),
        ("INSERT INTO kept SELECT * FROM account", "columns-crossed", False),
        ("INSERT INTO kept SELECT data, size, count, note FROM account", "columns-crossed", True),
        ("INSERT INTO kept SELECT note, count, size, data FROM account", "columns-crossed", False),
        ("INSERT INTO kept (size, count) SELECT count, size FROM account", "columns-crossed", True),
        ("INSERT INTO kept (size, count) SELECT a.size, a.count FROM account a", "columns-crossed", False),
        ("INSERT INTO kept (size) SELECT a.count AS size FROM account a", "columns-crossed", False),
        ("INSERT INTO account (size, count) SELECT count, size FROM account", "columns-crossed", False),
        ("INSERT INTO kept (size, count) SELECT size, count + 1 FROM account", "columns-crossed", False),
    ],
)
def test_values_that_come_in_another_form_or_place(sql: str, code: str, found: bool) -> None:
    assert (code in {one.code for one in all_findings(in_text(sql))}) is found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("(SELECT max(id) FROM account)", True),
        ("(SELECT count(*) FROM account WHERE account.size > 1)", True),
        ("(SELECT max(id) FROM account WHERE team_id = team.id)", False),
        ("(SELECT max(id) FROM other)", False),
        ("n.total FROM (SELECT team_id, count(*) AS total FROM account GROUP BY team_id) n", True),
        ("n.total FROM (SELECT count(*) AS total FROM account) n", False),
        ("n.n FROM (SELECT team_id, count(*) n FROM account GROUP BY team_id) n WHERE n.team_id = team.id", False),
    ],
)
def test_a_value_that_is_made_without_a_word_about_its_row(value: str, found: bool) -> None:
    there = snapshot(
        *(table(name) for name in ("team", "account", "other")),
        *(column("team", name) for name in ("id", "total")),
        *(column("account", name) for name in ("id", "team_id", "size")),
        column("other", "id"),
        foreign_key("account", "account_team", "team", ["team_id"]),
    )
    facts = replace(sent(f"UPDATE team SET total = {value}", 1), old=there)
    assert ("update-without-join" in {one.code for one in all_findings(facts)}) is found


def written_one_by_one(sql: str, rows: list[int]) -> Facts:
    """A statement that is sent again and again, in a table of four rows."""
    sent_again = [Statement(direction="upgrade", sql=sql, line=7, rows=count) for count in rows]
    there = snapshot(table("account"), key("account", "account_pkey", ["id"]))
    facts = of(project(msgspec.structs.replace(OWN, statements=sent_again)), old=there)
    return replace(facts, row_counts={("public", "account"): 4})


@pytest.mark.parametrize(
    ("sql", "rows", "found"),
    [
        ("UPDATE account SET slug = %(s)s WHERE title = %(t)s", [2, 2, 1, 1], True),
        ("UPDATE account SET slug = %(s)s WHERE title = %(t)s", [1, 1, 1, 1], False),
        ("UPDATE account SET slug = %(s)s WHERE title = %(t)s", [4, 0], False),
        ("UPDATE account SET slug = %(s)s WHERE id = %(i)s", [1, 1, 1, 1, 1, 1], False),
        ("UPDATE account SET total = total + %(s)s WHERE title = %(t)s", [2, 2, 1, 1], False),
        ("UPDATE account SET slug = 'x' WHERE title = %(t)s", [2, 2, 1, 1], False),
        ("DELETE FROM account WHERE title = %(t)s", [2, 2, 1, 1], False),
    ],
)
def test_rows_that_several_statements_reach(sql: str, rows: list[int], found: bool) -> None:
    assert ("rows-written-again" in {one.code for one in all_findings(written_one_by_one(sql, rows))}) is found


def test_of_a_loop_whose_statements_meet_no_rows_the_first_is_told() -> None:
    loop = [Statement(direction="upgrade", sql=f"DELETE FROM account AS a{n}", line=7, rows=0) for n in range(5)]
    after = Statement(direction="upgrade", sql="DELETE FROM team", line=8, rows=0)
    facts = of(project(msgspec.structs.replace(OWN, statements=[*loop, after])))
    told = [one.detail for one in all_findings(facts) if one.code == "statement-met-no-rows"]
    assert [detail.split("`")[1] for detail in told] == ["DELETE FROM account AS a0", "DELETE FROM team"]
    assert told[0].endswith(" 4 more of this line met none either.")


@pytest.mark.parametrize("code", ["depends-on-where-it-runs", "uneven-rows", "limited-once", "date-pattern"])
def test_modules_that_a_migration_imports_are_read_as_well(code: str) -> None:
    source = """
def fill(bind):
    if os.environ.get("X"):
        bind.execute("")
    op.bulk_insert(table, [{"a": 1}, {"a": 1, "b": 2}])
    rows = bind.execute("").fetchmany(10)
    text = rows[0].at.strftime("%H:%m")
"""
    facts = replace(written("fill(op.get_bind())"), helpers=(CodeFile("helpers.py", source),))
    found = [one.where for one in all_findings(facts) if one.code == code]
    assert [where.path for where in found if where] == ["helpers.py"]


@pytest.mark.parametrize(
    ("select", "found"),
    [
        ("SELECT o.id, sum(i.x), sum(p.y) FROM o JOIN i ON i.o = o.id JOIN p ON p.o = o.id GROUP BY o.id", True),
        ("SELECT o.id, sum(i.x), max(p.y) FROM o JOIN i ON i.o = o.id JOIN p ON p.o = o.id GROUP BY o.id", False),
        (
            "SELECT o.id, s.x, t.y FROM o JOIN (SELECT o, sum(i.x) x FROM i JOIN k ON k.id = i.k GROUP BY o) s ON true"
            " JOIN (SELECT o, sum(p.y) y FROM p JOIN k ON k.id = p.k GROUP BY o) t ON true",
            False,
        ),
        ("SELECT count(*) FROM o JOIN i ON i.o = o.id GROUP BY o.id", False),
    ],
)
def test_what_joins_multiply(select: str, found: bool) -> None:
    assert ("joins-multiply" in {one.code for one in all_findings(sent(f"INSERT INTO sums {select}"))}) is found


def limited(*, in_loop: bool) -> Facts:
    sql = "DELETE FROM account WHERE id IN (SELECT id FROM account LIMIT 500)"
    statement = Statement(direction="upgrade", sql=sql, line=2)
    source = f"def upgrade():\n    {'while True: ' * in_loop}op.execute('')\n"
    return of(project(msgspec.structs.replace(OWN, source=source, statements=[statement])))


READS = Statement(direction="upgrade", sql="SELECT id, name FROM account LIMIT 500", line=2)
WRITES_ONE = Statement(direction="upgrade", sql="UPDATE account SET name = %(name)s WHERE id = %(id)s", line=4)


@pytest.mark.parametrize(
    ("statements", "line", "found"),
    [
        ([READS, WRITES_ONE], "rows = bind.execute('')", True),
        ([READS], "rows = bind.execute('')", False),
        ([READS, WRITES_ONE], "while rows := bind.execute(''): pass", False),
        ([WRITES_ONE], "rows = bind.execute('').fetchmany(500)", True),
        ([WRITES_ONE], "while rows := result.fetchmany(500): pass", False),
        ([WRITES_ONE], "rows = bind.execute('').fetchall()", False),
    ],
)
def test_rows_that_python_never_sees(statements: list[Statement], line: str, found: bool) -> None:
    own = msgspec.structs.replace(OWN, source=f"def upgrade():\n    {line}\n", statements=statements)
    assert ("limited-once" in {one.code for one in all_findings(of(project(own)))}) is found


LOOP = "def upgrade():\n    rows = bind.execute('')\n    for row in rows:\n        send(row)\n\n    op.execute('')\n"
READS_ALL = Statement(direction="upgrade", sql="SELECT id, name FROM account", line=2)


def read(*sent: Statement, source: str = LOOP) -> Facts:
    return of(project(msgspec.structs.replace(OWN, source=source, statements=[READS_ALL, *sent])))


def at(line: int, sql: str) -> Statement:
    return Statement(direction="upgrade", sql=sql, line=line)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (read(), True),
        (read(at(6, "ALTER TABLE account DROP name")), True),
        (read(at(4, "SELECT id FROM team WHERE name = %(name)s")), True),
        (read(at(4, "ALTER TABLE account_1 ADD name text")), False),
        (read(at(4, "SELECT closes(%(id)s)")), False),
        (read(WRITES_ONE, READS_ALL), False),
        (read(at(6, "UPDATE account SET name = '-' WHERE id IN (1, 2)")), False),
        (read(source=LOOP.replace("for row in rows:", "if rows:")), False),
        (read(source="def upgrade():\n    rows = bind.execute('')\n    all = (bind.execute(r) for r in rows)\n"), True),
        (read(source="def upgrade():\n    rows = bind.execute('')\n    all = [row.id for row in rows]\n"), False),
        (read(source=LOOP.replace("for row in rows:", "for row in (1, 2):")), False),
    ],
)
def test_rows_that_are_read_for_a_loop(facts: Facts, found: bool) -> None:
    assert ("read-and-left" in {one.code for one in all_findings(facts)}) is found


RENAMES = "ALTER TABLE account RENAME closed TO open"
TURNS = "UPDATE account SET open = NOT open"


def renamed(*sent: str, type_name: str = "boolean") -> Facts:
    """A column of the old schema that statements rename."""
    statements = [Statement(direction="upgrade", sql=sql, line=2) for sql in sent]
    own = msgspec.structs.replace(OWN, statements=statements)
    return of(project(own), old=snapshot(table("account"), column("account", "closed", type=type_name)))


def stopped(migration: Migration, **changes: Any) -> Facts:
    """Rows stopped the upgrade."""
    step = Step(name="upgrade", ok=False, seconds=0, error=REFUSED)
    return of(project(migration, **changes), stopped=step)


def uses_missing(name: str) -> Facts:
    error = StepError(type="UndefinedTable", message='relation "public.legacy" does not exist')
    step = Step(name="upgrade", ok=False, seconds=0, error=error)
    return of(project(round_trip=RoundTrip(steps=[step])), excluded=frozenset({name}))


def lost(*rows: LostRows) -> Facts:
    return of(project(round_trip=RoundTrip(rows=Rows(lost=list(rows)))))


def commented(line: str) -> Facts:
    """A column that goes, and a comment of the author's in the file that drops it."""
    return of(project(msgspec.structs.replace(OWN, source=f"{line}\n"), declared=[GONE]))


DROPS = [Difference(kind="table", schema="public", parent="", name=n, action="removed", before={}) for n in "abc"]
ROW_CHANGE = RowChange("deleted", "warning", ("public", "account"), None, "upgrade", 2, sql="DELETE FROM account")
LOCKS = ran("ALTER TABLE account ADD COLUMN age int", taken={ACCOUNT: ACCESS_EXCLUSIVE})
FILLS = ran("UPDATE account SET age = 1", held={ACCOUNT: Held(ACCESS_EXCLUSIVE, 7)}, written={ACCOUNT: 3}, line=8)
OTHER = ran("ALTER TABLE team ADD COLUMN age int", taken={TEAM: ACCESS_EXCLUSIVE}, line=8)
ASKED = decision("fill", "account.age", "What do rows get?", "open")
LACKS_DOWN = msgspec.structs.replace(OWN, downgrade="missing")
NO_WAY = msgspec.structs.replace(OWN, downgrade="irreversible")
MODEL = UndeclaredModel(table="invoice", path="billing.py", line=5, module="billing", is_needed=True)
EMPTIED, FILLED = (
    Difference(
        kind="materialized_view", schema="public", parent="", name="totals", action="changed",
        before={"populated": not now}, after={"populated": now},
    )
    for now in (False, True)
)  # fmt: skip
SILENT, LOUD = (
    Difference(
        kind="trigger", schema="public", parent="account", name="trims", action="changed",
        before={"enabled": "OD"[::way][0]}, after={"enabled": "OD"[::way][1]},
    )
    for way in (1, -1)
)  # fmt: skip
REDEFINED = msgspec.structs.replace(
    LOUD, kind="index", name="ix_hand", before={"unique": True}, after={"unique": False}
)


def made_again(kind: str, before: Any, after: Any, name: str = "definition") -> Facts:
    """Something that no model declares, with another value of an attribute."""
    return of(by_hand=(msgspec.structs.replace(LOUD, kind=kind, before={name: before}, after={name: after}),))


@pytest.mark.parametrize(
    ("facts", "severity"),
    [
        (made_again("view", ["check_option=local"], ["check_option=cascaded"], "options"), "warning"),
        (made_again("view", None, ["check_option=local"], "options"), "notice"),
        (made_again("view", "SELECT 1", "SELECT 2"), "notice"),
        (made_again("function", "… LANGUAGE sql\n SECURITY DEFINER\nAS", "… LANGUAGE sql\nAS"), "warning"),
        (made_again("function", "… SECURITY DEFINER AS 1", "… SECURITY DEFINER AS 2"), "notice"),
        (made_again("trigger", "… FOR EACH ROW WHEN (new.a) …", "… FOR EACH ROW …"), "warning"),
        (made_again("policy", False, True, "permissive"), "warning"),
        (made_again("policy", True, False, "permissive"), "notice"),
    ],
)
def test_what_is_made_again_without_a_clause(facts: Facts, severity: str) -> None:
    assert [one.severity for one in all_findings(facts) if one.code == "undeclared-changed"] == [severity]


NAMED = msgspec.structs.replace(LOUD, kind="constraint", name="mine", before={"name": "theirs"}, after={"name": "mine"})
UNGUARDED, GUARDED = (
    Difference(
        kind="table", schema="public", parent="", name="account", action="changed",
        before={"row_security": not now}, after={"row_security": now},
    )
    for now in (False, True)
)  # fmt: skip
BROKEN = TableUse(
    table="account",
    verdict="breaks",
    failures=[UseFailure(action="update", column="age", message="ProgrammingError: no such column")],
)
FORM = ("public", "account", "form")
LITERAL = KeptLiteral(FORM, FORM, "bytea", "text", 3, "\\x6162")
WRITING = ChangedWriting(
    ("public", "account"), "role", "labels", ((WrittenValue("text", "BOSS"), WrittenValue("text", "boss")),)
)
CHANGED = ChangedValues(AGE, AGE, "integer", "smallint", 1, "99999", None)


@dataclass(frozen=True)
class Case:
    """A code with its severity, the facts of which it is said, and facts of which it must not be."""

    code: str
    severity: Severity
    said: Facts
    silent: Facts = FACTS


CASES = [
    Case(
        "base-does-not-build", "warning", of(base_failure="models.py, line 1: ModuleNotFoundError: No module named 'x'")
    ),
    Case("baseline-models", "notice", of(baseline_reason="Base has no migrations")),
    Case(
        "data-dropped",
        "notice",
        of(project(declared=[GONE])),
        of(project(declared=[msgspec.structs.replace(GONE, kind="index")])),
    ),
    Case("data-lost", "error", lost(LostRows(table="account", column=None, step="upgrade", rows=2)), lost()),
    Case("data-lost", "error", lost(LostRows(table="account", column="age", step="upgrade", rows=2)), lost()),
    Case("default-left", "warning", of(left_defaults=(msgspec.structs.replace(GONE, before={"default": "0"}),))),
    Case("does-not-run", "error", of(project(GENERATED), blocked=BotError("relation is missing"))),
    Case("downgrade-drops-later-rows", "warning", of(later_lost=((("public", "account"), 3),))),
    Case("downgrade-irreversible", "warning", of(project(NO_WAY)), of(project(LACKS_DOWN))),
    Case("downgrade-missing", "warning", of(project(LACKS_DOWN)), of(project(NO_WAY))),
    Case("downgrade-narrower", "notice", of(only_new=(NARROWER,)), of(untried=(NARROWER,))),
    Case("downgrade-stopped-by-later-rows", "warning", of(later_error=REFUSED), of(lookup_error=REFUSED)),
    Case("edited-revision", "warning", of(edited=(REVISION,)), of(removed=(REVISION,))),
    Case("foreign-key-without-index", "notice", keyed(), keyed(key("account", "account_team_key", ["team_id"], "u"))),
    Case(
        "errors-swallowed",
        "warning",
        trying("except Exception:\n        pass"),
        trying("except ValueError:\n        pass"),
    ),
    Case("fresh-install-differs", "error", of(fresh=FreshInstall(differences=(GONE,)))),
    Case("fresh-install-stops", "error", of(fresh=FreshInstall(error=ProjectError("no such table")))),
    Case(
        "ignored-in-vain",
        "notice",
        commented("# migration-bot: ignore data-dropped"),
        commented("# migration-bot: ignore data-dropped because nobody reads it"),
    ),
    Case("incomplete", "error", of(residual=(GONE,)), of(by_hand=(GONE,))),
    Case(
        "index-blocks-writers",
        "notice",
        measured(ran("CREATE INDEX i ON account (age)", taken={ACCOUNT: SHARE}, scanned=(ACCOUNT,))),
        measured(
            ran("CREATE INDEX CONCURRENTLY i ON account (age)", taken={ACCOUNT: ROW_EXCLUSIVE}, scanned=(ACCOUNT,))
        ),
    ),
    Case(
        "literal-kept",
        "warning",
        of(project(GENERATED), literals=(LITERAL,)),
        of(project(GENERATED, decisions=[decision("using", "account.form", "", "command")]), literals=(LITERAL,)),
    ),
    Case(
        "rows-written-again",
        "warning",
        written_one_by_one("UPDATE account SET slug = %(s)s WHERE title = %(t)s", [2, 2, 1, 1]),
        written_one_by_one("UPDATE account SET slug = %(s)s WHERE id = %(i)s", [1, 1, 1, 1]),
    ),
    Case(
        "json-quotes",
        "warning",
        in_text("UPDATE account SET note = data->'a'"),
        in_text("UPDATE account SET note = data->>'a'"),
    ),
    Case(
        "columns-crossed",
        "warning",
        in_text("INSERT INTO kept (size, count) SELECT count, size FROM account"),
        in_text("INSERT INTO kept (size, count) SELECT size, count FROM account"),
    ),
    Case("upgrade-may-stop", "warning", of(stops=(Stop("row order", REFUSED),)), of(later_error=REFUSED)),
    Case("lookup-met-no-row", "warning", of(lookup_error=REFUSED), of(later_error=REFUSED)),
    Case("mended", "notice", of(mended="--- a\n+++ b\n")),
    Case("safer-form", "notice", of(safer="--- a\n+++ b\n")),
    Case(
        "safer-form-fails",
        "notice",
        of(project(GENERATED), safer_wanted=True, residual=(GONE,)),
        of(project(OWN), safer_wanted=True, residual=(GONE,)),
    ),
    Case(
        "migration-missing",
        "notice",
        of(project(GENERATED), require_migration=True),
        of(project(OWN), require_migration=True),
    ),
    Case("model-not-imported", "error", of(undeclared_models=(MODEL,))),
    Case(
        "models-not-imported",
        "warning",
        of(project(declared=DROPS), base_tables=6, head_tables=3),
        of(project(declared=DROPS), base_tables=7, head_tables=4),
    ),
    Case(
        "models-write-otherwise",
        "warning",
        of(writings=(WRITING,)),
        replace(sent(WRITING.update, 1), writings=(WRITING,)),
    ),
    Case("autogenerate-stops", "warning", of(compared(COMPARED_DEFAULTS)), of(compared(None))),
    Case("never-settled", "notice", of(noise=("op.drop_index('i')",)), of(unsettled=("op.drop_index('i')",))),
    Case("never-settles", "warning", of(unsettled=("op.drop_index('i')",)), of(noise=("op.drop_index('i')",))),
    Case("no-lock-timeout", "notice", measured(replace(LOCKS, lock_timeout="0")), measured(LOCKS)),
    Case(
        "not-as-declared",
        "warning",
        of(watched=(WatchedDifference("upgrade", CAST, False),)),
        of(watched=(WatchedDifference("upgrade", CAST, True),)),
    ),
    Case(
        "not-restored",
        "warning",
        of(watched=(WatchedDifference("downgrade", CAST, False),)),
        of(watched=(WatchedDifference("upgrade", CAST, False),)),
    ),
    Case("not-tried", "warning", of(untried=(NARROWER,)), of(untried=(NARROWER,), with_rows=False)),
    Case("statements-untold", "warning", of(untold={"b2": 7}), of(untold={"a1": 7})),
    Case("code-not-read", "warning", of(unread=("data.py",)), of(unread=("data.py",), with_rows=False)),
    Case("merge-conflict", "notice", of(conflict="Head conflicts with main"), of(notes=("Merged.",))),
    Case("note", "notice", of(notes=("Two heads were merged.",))),
    Case("older-drift-repaired", "warning", forgotten(GENERATED), forgotten(OWN)),
    Case("older-drift-repaired", "warning", forgotten(GENERATED), replace(forgotten(GENERATED), include_drift=True)),
    Case("older-drift", "notice", of(project(drift=[GONE])), of(project(declared=[GONE]))),
    Case(
        "proven-without-rows",
        "warning",
        of(with_rows=False),
        of(msgspec.structs.replace(PROJECT, migrations=[]), with_rows=False),
    ),
    Case("removed-revision", "warning", of(removed=(REVISION,)), of(edited=(REVISION,))),
    Case("rows-changed", "warning", of(row_changes=(ROW_CHANGE,))),
    Case("renamed-to-the-contrary", "warning", renamed(RENAMES), renamed(RENAMES, TURNS)),
    Case("renamed-to-the-contrary", "warning", renamed(RENAMES), renamed(RENAMES.replace("open", "is_closed"))),
    Case("renamed-to-the-contrary", "warning", renamed(RENAMES), renamed(RENAMES, type_name="text")),
    Case(
        "rows-read-under-lock",
        "notice",
        measured(ran("ALTER TABLE account ADD CHECK (age > 0)", taken={ACCOUNT: ACCESS_EXCLUSIVE}, scanned=(ACCOUNT,))),
        measured(ran("ALTER TABLE account VALIDATE CONSTRAINT c", taken={ACCOUNT: ROW_EXCLUSIVE}, scanned=(ACCOUNT,))),
    ),
    Case("sequence-behind", "warning", of(out_of_sync=(OutOfSync(AGE, "upgrade"),))),
    Case(
        "several-heads",
        "error",
        of(head=msgspec.structs.replace(LOADED, heads=["b2", "c3"])),
        of(
            base=msgspec.structs.replace(LOADED, heads=["a1", "b1"]),
            head=msgspec.structs.replace(LOADED, heads=["b2", "c3"]),
        ),
    ),
    Case("several-tables-locked", "notice", measured(LOCKS, OTHER), measured(LOCKS, replace(OTHER, transaction=1))),
    Case(
        "squawk", "notice", of(remarks=(Remark(ran("ALTER TABLE account ADD c char"), "ban-char-field", "No char."),))
    ),
    Case(
        "statement-met-no-rows", "warning", sent("UPDATE account SET age = 1", 0), sent("UPDATE account SET age = 1", 1)
    ),
    Case(
        "column-without-values",
        "warning",
        about_shape("UPDATE public.account SET shape = NULL"),
        about_shape("ALTER TABLE account DROP COLUMN shape"),
    ),
    Case(
        "stopped-by-rows",
        "error",
        replace(stopped(OWN), with_rows=False),
        stopped(GENERATED, decisions=[ASKED]),
    ),
    Case("stopped-by-rows", "warning", stopped(OWN), of()),
    Case(
        "table-left-out",
        "notice",
        uses_missing("legacy"),
        uses_missing("another"),
    ),
    Case(
        "new-table-left-out",
        "warning",
        of(hidden=frozenset({("public", "uploads")})),
        of(hidden=frozenset({("public", "uploads")}), migrated=snapshot(table("uploads"))),
    ),
    Case("table-rewrite", "notice", measured(replace(LOCKS, rewritten=(ACCOUNT,))), measured(LOCKS)),
    Case("tables-without-rows", "notice", of(skipped=(Skipped(("public", "account"), "a trigger refuses them"),))),
    Case(
        "tables-without-rows",
        "warning",
        of(project(declared=[msgspec.structs.replace(ADDED, schema="a.b")]), skipped=(EMPTY_TABLE,)),
    ),
    Case(  # the other table has the same name only where dots are no part of names
        "tables-without-rows",
        "notice",
        of(project(declared=[msgspec.structs.replace(ADDED, schema="a", parent="b.account")]), skipped=(EMPTY_TABLE,)),
    ),
    Case("time-zone-decides", "notice", moved_zone(), moved_zone(ACCOUNT)),
    Case("undeclared-dropped", "warning", of(by_hand=(GONE,)), of(by_hand=(ADDED,))),
    Case("undeclared-made", "notice", of(by_hand=(ADDED,)), of(by_hand=(GONE,))),
    Case("named-otherwise", "warning", of(by_hand=(NAMED,)), of(by_hand=(REDEFINED,))),
    Case("undeclared-changed", "warning", of(by_hand=(REDEFINED,)), of(by_hand=(SILENT,))),
    Case("undeclared-changed", "warning", made_again("view", ["a=b"], None, "options"), of(by_hand=(SILENT,))),
    Case("tables-made-for-rows", "warning", of(made_for_rows=(("public", "login_2024"),))),
    Case("undeclared-changed", "notice", of(by_hand=(LOUD,)), of(by_hand=(SILENT,))),
    Case("row-security-off", "warning", of(by_hand=(UNGUARDED,)), of(by_hand=(GUARDED,))),
    Case(
        "update-without-join",
        "warning",
        sent("UPDATE account SET team = team.name FROM team"),
        sent("UPDATE account SET team = team.name FROM team WHERE team.id = account.team_id"),
    ),
    Case(
        "joins-multiply",
        "warning",
        sent("UPDATE team SET n = (SELECT count(*) FROM team t LEFT JOIN account a ON a.team_id = t.id GROUP BY t.id)"),
        sent(
            "UPDATE team SET n = (SELECT count(a.id) FROM team t LEFT JOIN account a ON a.team_id = t.id GROUP BY t.id)"
        ),
    ),
    Case(
        "doubled-percent",
        "warning",
        sent("UPDATE account SET name = '10%% off'"),
        sent("UPDATE account SET name = format('10%% %s', name)"),
    ),
    Case("window-of-others", "warning", windowed("lead(day)", "day"), windowed("lead(day)", "day", "item")),
    Case("taken-for-another-table", "warning", inside("SELECT team FROM blocked"), inside("SELECT code FROM blocked")),
    Case("null-takes-all", "warning", put_together("first || middle"), put_together("concat(first, middle)")),
    Case("one-row-of-two", "warning", merged("DO NOTHING"), merged("DO NOTHING", stays=True)),
    Case(
        "date-pattern",
        "warning",
        sent("UPDATE account SET name = to_char(at, 'HH24:MM')"),
        sent("UPDATE account SET name = to_char(at, 'HH24:MI')"),
    ),
    Case(
        "compared-with-null",
        "warning",
        sent("UPDATE account SET name = CASE n WHEN NULL THEN 'none' END"),
        sent("UPDATE account SET name = CASE WHEN n IS NULL THEN 'none' END"),
    ),
    Case("row-taken-for-granted", "warning", given_any("SELECT min(id) FROM team"), given_any("SELECT 1")),
    Case(
        "not-observed",
        "warning",
        written("bind.connection.driver_connection.run('x')"),
        written("bind.connection.execute('x')"),
    ),
    Case("null-in-neither", "warning", chosen("n = 1", "n <> 1"), chosen("n = 1", "n IS DISTINCT FROM 1")),
    Case("field-of-interval", "warning", aged("extract(month FROM age(died, born))"), aged("died - born")),
    Case(
        "join-undone",
        "warning",
        sent("INSERT INTO team (id) SELECT a.id FROM account a LEFT JOIN seat s ON s.a = a.id WHERE s.n = 1"),
        sent("INSERT INTO team (id) SELECT a.id FROM account a LEFT JOIN seat s ON s.a = a.id AND s.n = 1"),
    ),
    Case("view-not-refreshed", "warning", shown("name"), shown("age")),
    Case("equal-values-once", "warning", counted("sum(DISTINCT n)"), counted("sum(n)")),
    Case("value-between-conditions", "warning", parted("n > 10"), parted("n >= 10")),
    Case("true-that-day", "warning", aged("CURRENT_DATE - born"), aged("died - born")),
    Case(
        "each-round-overwrites",
        "warning",
        in_rounds("UPDATE account SET name = %(name)s"),
        in_rounds("UPDATE account SET name = %(name)s WHERE id = %(id)s"),
    ),
    Case(
        "reads-before-it-writes",
        "warning",
        sent("WITH a AS (INSERT INTO team (id) VALUES (1)) UPDATE account SET id = team.id FROM team"),
        sent("WITH a AS (INSERT INTO team (id) VALUES (1) RETURNING id) UPDATE account SET id = a.id FROM a"),
    ),
    Case("date-pattern", "warning", written("at.strftime('%H:%m')"), written("at.strftime('%H:%M')")),
    Case("zone-of-the-machine", "warning", written("f.astimezone()"), written("f.astimezone(utc)")),
    Case("results-paired", "warning", paired("ORDER BY id", "ORDER BY name"), paired("ORDER BY id", "order  by id")),
    Case("one-row-for-each-key", "warning", by_key("{r.name: r.id for r in rows}"), by_key("{r.id: 1 for r in rows}")),
    Case("padding-cuts", "warning", padded("lpad(code, 6, '0')"), padded("lpad(code, 12, '0')")),
    Case("integer-division", "warning", divided("total / a.parts"), divided("total::numeric / parts")),
    Case("depends-on-where-it-runs", "warning", asking("os.environ.get('X')"), asking("op.get_context().as_sql")),
    Case(
        "uneven-rows",
        "warning",
        inserting('{"a": 1}, {"a": 1, "b": 2}'),
        inserting('{"a": 1, "b": None}, {"a": 1, "b": 2}'),
    ),
    Case("one-level-only", "warning", in_a_tree("p.path || name"), in_a_tree("p.name || name")),
    Case("partition-beside-default", "warning", partitioned("DEFAULT"), partitioned("FOR VALUES IN ('a')")),
    Case("update-without-join", "warning", picked("t.name = 'x'"), picked("t.code = 'x'")),
    Case("null-left-out", "warning", grouped("="), grouped("IS NOT DISTINCT FROM")),
    Case("joined-by-part-of-key", "warning", joined_by("code"), joined_by("code", "region")),
    Case("joined-past-foreign-key", "warning", joins("team.id = account.id"), joins("team.id = account.team_id")),
    Case(
        "key-taken-for-granted",
        "warning",
        granted("UPDATE account SET team_id = 1"),
        granted("UPDATE account SET team_id = 1 WHERE EXISTS (SELECT FROM team WHERE id = 1)"),
    ),
    Case(
        "stale-code",
        "warning",
        renamed_under("SELECT sum(total) FROM account"),
        renamed_under("SELECT sum(amount) FROM account"),
    ),
    Case("limited-once", "warning", limited(in_loop=False), limited(in_loop=True)),
    Case("read-and-left", "warning", read(), read(WRITES_ONE)),
    Case("trigger-disabled", "warning", of(by_hand=(SILENT,)), of(by_hand=(LOUD,))),
    Case("view-emptied", "warning", of(by_hand=(EMPTIED,)), of(by_hand=(FILLED,))),
    Case("writes-broken", "warning", of(broken=(BROKEN,)), of()),
    Case("values-changed", "warning", of(changed=(CHANGED,))),
    Case(
        "version-table-changed",
        "error",
        of(version_tables=(VERSIONS, VERSIONS._replace(schema="shop"))),
        of(version_tables=(VERSIONS, VERSIONS)),
    ),
    Case("work-under-lock", "notice", measured(LOCKS, FILLS), measured(LOCKS, replace(FILLS, transaction=1))),
]

# What no rule finds, with the file of its test.
ELSEWHERE = {
    "environment-removed": "check/test_removed_environment.py",
    "open-question": "report/test_sarif.py",
    "no-verdict": "report/test_sarif.py",
}


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_it_is_said_where_the_facts_have_it_and_not_where_they_have_not(case: Case) -> None:
    assert [found.severity for found in all_findings(case.said) if found.code == case.code] == [case.severity]
    assert case.code not in {found.code for found in all_findings(case.silent)}


def test_what_is_gone_has_its_new_name_beside_it() -> None:
    (found,) = [f for f in all_findings(renamed_under("SELECT sum(total) FROM account")) if f.code == "stale-code"]
    assert found.title == "turnover() still speaks of account.total, which is account.amount now"
    assert found.where == Where(path=OWN.path, line=7)


def test_every_code_has_a_case() -> None:
    assert sorted({case.code for case in CASES} | {*ELSEWHERE}) == sorted(all_codes())
    unit = Path(__file__).parents[1]
    assert [code for code, test in ELSEWHERE.items() if f'"{code}"' not in (unit / test).read_text()] == []


def test_there_is_nothing_to_say_of_a_change_without_anything_to_say() -> None:
    assert all_findings(FACTS) == []


def test_values_that_become_one_are_named() -> None:
    merged = replace(CHANGED, value="gone", instead="left", alike=("away", "left"), declared=True)
    (found,) = [one for one in all_findings(of(changed=(merged,))) if one.code == "values-changed"]
    assert found.severity == "notice"
    assert found.detail.endswith("gone becomes left, and so are away, left: no downgrade can tell them apart.")
    long = replace(CHANGED, value="a" * 300, instead="a" * 200)
    (found,) = [one for one in all_findings(of(changed=(long,))) if one.code == "values-changed"]
    assert found.detail.endswith(f": {'a' * 60} becomes {'a' * 60}.")


def test_what_troubleshooting_explains_is_said() -> None:
    said = "\n".join(f"{found.title}\n{found.detail}" for case in CASES for found in all_findings(case.said))
    appears("A new installation and an upgraded database differ", said)
    appears("A new installation stops …", said)
    appears("Autogenerate does not settle", said)
    appears("The change leads to … heads", said)
    appears("The generated migration does not run", said)
    appears("The migration does not lead to what the models declare", said)
    appears("The migration drops what no model declares", said)
    appears("The old database was built from base's models", said)
    appears("The round trip was made with empty tables only", said)
    appears("The version table is now …", said)
    appears("between base's migrations and its models from before", said)
    appears("did not survive", said)
    appears("is left out by env.py, and no migration makes it", said)
    appears("is not among the models that env.py imports", said)
    appears("lost values of …", said)
    appears("stays in the database, the model has none", said)
    appears("tables are no longer declared", said)
