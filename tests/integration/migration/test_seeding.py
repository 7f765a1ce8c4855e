"""Rows of the bot's making, in real tables."""

from contextlib import closing

import pytest
from psycopg2.extensions import cursor as Cursor  # noqa: N812  psycopg2 spells its class in lower case

from bot.database.databases import Databases
from bot.migration.proof.canonical import form_of
from bot.migration.proof.casts_by_server import ServerCasts
from bot.migration.proof.column_sides import ColumnSides
from bot.migration.proof.comparison import Cell
from bot.migration.proof.later_rows import write
from bot.migration.proof.rows import read
from bot.migration.proof.sample_values import _NUMBERS, _PLAIN, values
from bot.migration.proof.seeding import Seeded, SeedRequest, Style, seed
from bot.schema.snapshots import Snapshot, take

EXTENSIONS = {"hstore", "ltree", "citext"}


def seeded(
    databases: Databases, sql: str, style: Style = "awkward", request: SeedRequest | None = None
) -> tuple[Seeded, dict[str, list[tuple[str | None, ...]]]]:
    """What seeding tells, and the rows of each table."""
    with databases.temporary("seeded") as name:
        with closing(databases.connect(name)) as connection, connection.cursor() as cursor:
            cursor.execute(f"SET search_path = public; {sql}")
            cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC")
            cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC")
            snapshot = take(connection)
        with closing(databases.address(name).connect()) as connection:
            told = seed(connection, snapshot, request or SeedRequest(style=style))
        with closing(databases.connect(name)) as connection:
            found = read(connection, snapshot)
    return told, {table: list(content.rows) for (_, table), content in found.tables.items()}


@pytest.mark.parametrize("type_name", sorted({*_PLAIN, *_NUMBERS} - EXTENSIONS))
def test_every_value_of_a_type_is_accepted(databases: Databases, type_name: str) -> None:
    told, rows = seeded(databases, f"CREATE TABLE t (id serial PRIMARY KEY, x {type_name} NOT NULL, y {type_name}[])")
    assert told.skipped == ()
    awkward = values(Snapshot({}), type_name)
    assert awkward is not None
    assert len(rows["t"]) == told.inserted
    assert len({x for _, x, _ in rows["t"]}) >= len(awkward.awkward)


@pytest.mark.parametrize("type_name", sorted({*_PLAIN, *_NUMBERS, "text", "boolean"} - EXTENSIONS))
@pytest.mark.parametrize("array", ["", "[]"])
def test_another_value_of_a_type_is_another_value(databases: Databases, type_name: str, array: str) -> None:
    """Whatever the settings of a session write: never one that the type cannot hold, nor the same one."""
    _, rows = seeded(databases, f"CREATE TABLE t (id serial PRIMARY KEY, x {type_name}{array} NOT NULL)")
    column = {"type": f"{type_name}{array}"}
    form = form_of(Snapshot({}), column)
    texts = list({form(str(x)): str(x) for _, x in rows["t"]}.values())
    with databases.temporary("casts") as name, closing(databases.address(name).connect()) as connection:
        casts = ServerCasts(connection)
        sides = ColumnSides(column, column, form, form, casts)
        verdicts = {
            sides.verdict(Cell(0, 0, one, other, form(other))) for one in texts for other in texts[:6] if one != other
        }
        assert verdicts == {"other"}
        sides = ColumnSides(column, {"type": "text"}, form, str, casts)
        written = {one: casts.cast(one, column["type"], "text") for one in texts}
        kept = {sides.verdict(Cell(0, 0, one, written[one], written[one])) for one in texts}
        assert kept == {"same"}
        swapped = {
            sides.verdict(Cell(0, 0, one, written[other], written[other]))
            for one in texts
            for other in texts[:6]
            if written[one] != written[other]
        }
        assert swapped == {"other"}


TEXTS = (
    *("left(x, 20)", "lower(x)", "initcap(x)", "trim(x)", "rtrim(x)", "ltrim(x, '0')", "split_part(x, ' ', 1)"),
    *("normalize(x)", r"regexp_replace(x, '\s+', ' ', 'g')", r"regexp_replace(x, '\W', '', 'g')", "x::char(10)"),
    *("translate(x, 'é', 'e')", "replace(x, '-', ' ')", "x::varchar(30)", "right(x, 5)", "coalesce(nullif(x,''),'0')"),
)
DECIMALS = ("round(x)", "round(x, 1)", "floor(x)", "ceil(x)", "trunc(x, 1)", "abs(x)", "least(x, 100)")
MOMENTS = (
    *("date_trunc('milliseconds', x)", "date_trunc('hour', x)", "date_trunc('month', x)", "x::date", "x::time"),
    *("extract(epoch FROM x)::bigint", "to_char(x, 'YYYY-MM-DD HH24:MI:SS')"),
    *("greatest(x, '2000-01-01')", "least(x, '2030-01-01')"),
)
RANGES = ("lower(x)", "upper(x)")
LOSSY = {
    "text": (*TEXTS, "left(x, 80)", "x::varchar(250)"),
    "character varying(50)": TEXTS,
    "numeric(10,2)": DECIMALS,
    "numeric": DECIMALS,
    "integer": ("x / 2", "abs(x::bigint)", "greatest(x, 0)", "least(x, 1000)", "x % 100", "(x <> 0)::int"),
    "smallint": ("x / 2", "least(x, 1000)"),
    "double precision": ("abs(x)", "round(x::numeric, 2)", "floor(x)"),
    "real": ("round(x::numeric, 2)", "trunc(x)"),
    "money": ("x::numeric::bigint", "abs(x::numeric)"),
    "timestamp": (*MOMENTS, "x::timestamp(0)", "x::timestamp(3)"),
    "timestamptz": (*MOMENTS, "x::timestamptz(0)", "x::timetz"),
    "date": ("date_trunc('month', x)", "to_char(x, 'MM-DD')", "greatest(x, '2000-01-01')", "least(x, '2030-01-01')"),
    "time": ("date_trunc('minute', x)", "x::time(0)"),
    "timetz": ("x::time", "x::timetz(0)"),
    "interval": ("justify_hours(x)", "justify_days(x)", "date_trunc('hour', x)", "x::interval(0)"),
    "jsonb": ("jsonb_strip_nulls(x)", "x->'k'", "jsonb_typeof(x)"),
    "bytea": ("substring(x FROM 1 FOR 1)", "length(x)"),
    "inet": ("host(x)::inet", "network(x)", "set_masklen(x, 24)"),
    "cidr": ("host(x)",),
    "uuid": ("left(x::text, 8)", "right(x::text, 12)"),
    "point": ("x[0]", "x[1]"),
    "tsvector": ("strip(x)",),
    "bit(8)": ("x & B'00001111'",),
    "text[]": (
        *("ARRAY(SELECT unnest(x) ORDER BY 1)", "ARRAY(SELECT DISTINCT unnest(x) ORDER BY 1)", "x[1]", "x[1:2]"),
        *("array_to_string(x, ',')", "array_remove(x, NULL)"),
        *("ARRAY(SELECT lower(e) FROM unnest(x) e)", "ARRAY(SELECT left(e, 20) FROM unnest(x) e)"),
    ),
    "integer[]": ("x[1]", "array_remove(x, NULL)", "ARRAY(SELECT abs(e::bigint) FROM unnest(x) e)"),
    "int4range": RANGES,
    "daterange": RANGES,
    "numrange": (*RANGES, "numrange(lower(x), upper(x))"),
    "tstzrange": (*RANGES, "tstzrange(lower(x), upper(x))"),
}


@pytest.mark.parametrize("type_name", LOSSY)
def test_what_loses_something_makes_two_values_one(databases: Databases, type_name: str) -> None:
    """Otherwise nobody could tell it from what loses nothing."""
    with databases.temporary("lossy") as name:
        with closing(databases.address(name).connect()) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE t (id serial PRIMARY KEY, x {type_name} NOT NULL)")
        with closing(databases.connect(name)) as connection:
            snapshot = take(connection)
        with closing(databases.address(name).connect()) as connection:
            seed(connection, snapshot, SeedRequest())
            with connection.cursor() as cursor:
                kept = [made for made in LOSSY[type_name] if not loses(cursor, made)]
    assert kept == []


def loses(cursor: Cursor, made: str) -> bool:
    """Whether fewer values come out of an expression than go in."""
    cursor.execute(f"SELECT count(DISTINCT x::text), count(DISTINCT ({made})::text) FROM t WHERE ({made}) IS NOT NULL")
    before, after = cursor.fetchone() or (0, 0)
    return bool(after < before)


@pytest.mark.parametrize(
    "type_name",
    ["character varying(1)", "character varying(30)", "character(5)", "numeric(3,2)", "numeric(2,2)",
     "numeric(5,0)", "bit(3)",
     "bit varying(9)",
     "timestamp(0) without time zone", "text[]", "integer[][]", "boolean"],
)  # fmt: skip
def test_lengths_and_precisions_are_respected(databases: Databases, type_name: str) -> None:
    told, rows = seeded(databases, f"CREATE TABLE t (id serial PRIMARY KEY, x {type_name} NOT NULL)")
    awkward = values(Snapshot({}), type_name.replace("[][]", "[]"))  # the catalog counts no dimensions
    assert awkward is not None
    # Ordinary rows, edges, twins: none was refused.
    assert (told.skipped, len(rows["t"])) == ((), 6 + 1 + len(awkward.awkward[:19]))


def test_every_label_and_null_are_there(databases: Databases) -> None:
    _, rows = seeded(
        databases,
        "CREATE TYPE state AS ENUM ('a', 'b', 'c', 'd', 'it''s');"
        "CREATE TABLE t (id serial PRIMARY KEY, x state, y integer)",
    )
    assert {row[1] for row in rows["t"]} == {"a", "b", "c", "d", "it's", None}
    assert {row[2] is None for row in rows["t"]} == {True, False}


def test_foreign_keys_are_respected(databases: Databases) -> None:
    told, rows = seeded(
        databases,
        "CREATE TABLE b (id serial PRIMARY KEY, name text UNIQUE);"
        "CREATE TABLE a (id serial PRIMARY KEY, b_id integer NOT NULL REFERENCES b, up integer REFERENCES a);"
        "CREATE TABLE pair (x integer, y integer, PRIMARY KEY (x, y));"
        "CREATE TABLE child (x integer NOT NULL, y integer NOT NULL, FOREIGN KEY (x, y) REFERENCES pair)",
    )
    assert told.skipped == ()
    assert {row[1] for row in rows["a"]} <= {row[0] for row in rows["b"]}
    assert {(row[0], row[1]) for row in rows["child"]} <= {(row[0], row[1]) for row in rows["pair"]}


def test_rows_that_come_late_have_children_as_well(databases: Databases) -> None:
    _, rows = seeded(
        databases,
        "CREATE TABLE b (id serial PRIMARY KEY, name text NOT NULL);"
        "CREATE TABLE a (id serial PRIMARY KEY, b_id integer REFERENCES b)",
    )
    parents = {row[1] for row in rows["a"]}
    first = {name: key for key, name in reversed(rows["b"])}
    twins = [key for key, name in rows["b"] if key != first[name]]
    assert twins
    assert set(twins) <= parents
    assert {row[0] for row in rows["b"]} - parents  # some have none


def test_tables_that_refer_to_each_other(databases: Databases) -> None:
    told, rows = seeded(
        databases,
        "CREATE TABLE a (id serial PRIMARY KEY, b_id integer);"
        "CREATE TABLE b (id serial PRIMARY KEY, a_id integer REFERENCES a);"
        "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b",
    )
    assert told.skipped == ()
    assert rows["a"]
    assert rows["b"]


@pytest.mark.parametrize(
    "key",
    [
        "UNIQUE NULLS NOT DISTINCT (x) DEFERRABLE INITIALLY DEFERRED",
        "UNIQUE (y) DEFERRABLE INITIALLY DEFERRED",
        "EXCLUDE USING btree (y WITH =) DEFERRABLE",
    ],
)
def test_what_a_deferred_key_refuses_is_left_out_row_by_row(databases: Databases, key: str) -> None:
    told, rows = seeded(databases, f"CREATE TABLE t (id serial PRIMARY KEY, x integer, y boolean, {key})")
    assert told.skipped == ()
    assert rows["t"]


def test_rows_written_after_an_upgrade_are_refused_one_by_one_as_well(databases: Databases) -> None:
    with databases.temporary("later") as name, closing(databases.connect(name)) as connection:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE public.t (id integer, x boolean UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        snapshot = take(connection)
        write(connection, snapshot, [("public", "t")], [])
        assert {row[1] for row in read(connection, snapshot).tables["public", "t"].rows} >= {"t", "f"}


def test_each_column_of_each_table_has_a_row_of_its_own_after_an_upgrade(databases: Databases) -> None:
    """Before: 8 columns of 20 tables had, and the rest was left out without a word."""
    names = [f"c{number:02}" for number in range(12)]
    tables = [("public", f"t{number:02}") for number in range(22)]
    with databases.temporary("later") as name, closing(databases.connect(name)) as connection:
        with connection.cursor() as cursor:
            for _, table in tables:
                cursor.execute(f"CREATE TABLE public.{table} (id serial PRIMARY KEY, {' text, '.join(names)} text)")
        snapshot = take(connection)
        write(connection, snapshot, tables, [])
        found = read(connection, snapshot).tables
    for key in tables:
        lonely = {row.index(None) for row in found[key].rows if row.count(None) == 1}
        assert lonely == set(range(1, 13)), key


def test_what_a_deferred_trigger_refuses_is_left_out_row_by_row(databases: Databases) -> None:
    told, rows = seeded(
        databases,
        "CREATE TABLE t (id serial PRIMARY KEY, x boolean); CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN IF new.x THEN RAISE EXCEPTION 'no'; END IF; RETURN new; END $$;"
        "CREATE CONSTRAINT TRIGGER no AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION no()",
    )
    assert told.skipped == ()
    assert {row[1] for row in rows["t"]} == {"f", None}


@pytest.mark.parametrize(
    "check",
    [
        "x > 100",
        "x BETWEEN -5 AND -3",
        "x % 7 = 0",
        "length(y) = 3",
        "y IN ('red', 'blue')",
        "y ~ '^[0-9]+$'",
        "y LIKE '%@%'",
        "x < z",
        "(x IS NULL) <> (z IS NULL)",
        "y = upper(y)",
    ],
)
def test_checks_are_respected(databases: Databases, check: str) -> None:
    told, rows = seeded(
        databases, f"CREATE TABLE t (id serial PRIMARY KEY, x integer, y text, z integer, CHECK ({check}))"
    )
    assert told.skipped == ()
    assert len(rows["t"]) >= 3


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        ("x text CHECK (x IN ('new', 'open', 'done'))", {"new", "open", "done"}),
        ("x varchar(9) NOT NULL CHECK (x = 'a' OR x = 'b''s')", {"a", "b's"}),
        ("x integer CHECK (x = ANY (ARRAY[3, -5, 700]))", {"3", "-5", "700"}),
        ("x integer CHECK (x BETWEEN 20 AND 90)", {"20", "90"}),
        ("x state", {"on", "off"}),
    ],
)
def test_every_value_that_a_check_lists_is_there(databases: Databases, column: str, wanted: set[str]) -> None:
    domain = "CREATE DOMAIN state AS text CHECK (value IN ('on', 'off'));"
    told, rows = seeded(databases, f"{domain} CREATE TABLE t (id serial PRIMARY KEY, {column})")
    assert told.skipped == ()
    assert {row[1] for row in rows["t"]} >= wanted


def test_domains_and_composites(databases: Databases) -> None:
    told, rows = seeded(
        databases,
        "CREATE DOMAIN email AS text CHECK (value ~ '@'); CREATE TYPE point2 AS (x integer, label text);"
        "CREATE TABLE t (id serial PRIMARY KEY, mail email NOT NULL, place point2 NOT NULL)",
    )
    assert told.skipped == ()
    assert len(rows["t"]) >= 3


def test_the_server_fills_what_is_its_own(databases: Databases) -> None:
    told, rows = seeded(
        databases,
        "CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x integer NOT NULL,"
        " y integer GENERATED ALWAYS AS (x / 2) STORED)",
    )
    assert told.inserted == len(rows["t"]) >= 7


def test_partitions_get_the_rows_of_their_table(databases: Databases) -> None:
    told, rows = seeded(
        databases,
        "CREATE TABLE t (id integer, at date NOT NULL) PARTITION BY RANGE (at);"
        "CREATE TABLE t24 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
    )
    assert told.skipped == ()
    assert len(rows["t"]) >= 3


def test_every_partition_has_rows(databases: Databases) -> None:
    _, rows = seeded(
        databases,
        "CREATE TABLE t (id integer, y integer NOT NULL, x text) PARTITION BY LIST (y);"
        "CREATE TABLE t_old PARTITION OF t FOR VALUES IN (2020, 2021);"
        "CREATE TABLE t_rest PARTITION OF t DEFAULT;"
        """CREATE TABLE at (id integer, "Day" date NOT NULL) PARTITION BY RANGE ("Day");"""
        "CREATE TABLE at_19 PARTITION OF at FOR VALUES FROM ('2019-01-01') TO ('2020-01-01');"
        "CREATE TABLE at_24 PARTITION OF at FOR VALUES FROM ('2024-01-01') TO (MAXVALUE)",
    )
    assert {row[1] for row in rows["t"]} > {"2020", "2021"}
    assert {(row[1] or "")[:4] for row in rows["at"]} >= {"2019", "2024"}


def test_a_table_that_accepts_nothing_is_skipped_with_the_reason(databases: Databases) -> None:
    told, rows = seeded(
        databases,
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''never''; END';"
        "CREATE TABLE t (id integer); CREATE TRIGGER no BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION no();"
        "CREATE TABLE u (id integer)",
    )
    assert [skipped.table for skipped in told.skipped] == [("public", "t")]
    assert "never" in told.skipped[0].reason
    assert rows["u"]


def test_names_that_need_quotes(databases: Databases) -> None:
    told, rows = seeded(databases, 'CREATE TABLE "Two ""Words %s" ("100%" integer NOT NULL, "select" text)')
    assert told.skipped == ()
    assert len(next(iter(rows.values()))) >= 3


def test_mild_rows_have_no_edges(databases: Databases) -> None:
    _, rows = seeded(databases, "CREATE TABLE t (x integer, y text)", "mild")
    assert len(rows["t"]) == 4
    assert not [row for row in rows["t"] if None in row]


def test_edges_that_one_column_cannot_have_are_kept_in_the_others(databases: Databases) -> None:
    sql = "CREATE TABLE t (id serial PRIMARY KEY, a integer, b integer, c integer GENERATED ALWAYS AS (a * 2) STORED)"
    told, rows = seeded(databases, sql)
    assert told.inserted >= 7
    assert {"-2147483648", "2147483647"} <= {b for _, _, b in rows["t"]}


@pytest.mark.parametrize("more", range(1, 5))
def test_the_last_batch_is_no_whole_one(databases: Databases, more: int) -> None:
    sql = "CREATE TABLE t (id serial PRIMARY KEY, x text)"
    few = len(seeded(databases, sql)[1]["t"])
    request = SeedRequest(batch_size=few + more, crowded=frozenset({("public", "t")}))
    there = seeded(databases, sql, request=request)[1]["t"]
    assert len(there) % request.batch_size != 0
    assert len({x for _, x in there[few:]}) < len(there[few:])


def test_a_table_gets_more_rows_than_a_batch_has_and_one_on_its_edge(databases: Databases) -> None:
    sql = "CREATE TABLE t (id serial PRIMARY KEY, x text UNIQUE); CREATE TABLE other (id serial PRIMARY KEY)"
    few = seeded(databases, sql)[1]
    told, rows = seeded(databases, sql, request=SeedRequest(batch_size=60, crowded=frozenset({("public", "t")})))
    assert len(rows["t"]) == len(few["t"]) + 60 + 1
    assert len(rows["other"]) == len(few["other"])
    assert told.inserted == len(rows["t"]) + len(rows["other"])
    numbers = [int(str(number)) for number, *_ in rows["t"]]
    assert max(numbers) % 60 == 0
