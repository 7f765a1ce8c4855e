"""Conditions of an author's statements that are not true of the rows that are meant."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from bot.findings.facts import Facts
from bot.findings.rules import (
    compared_with_null,
    field_of_interval,
    join_undone,
    null_in_neither,
    row_taken_for_granted,
    statement_met_no_rows,
    view_not_refreshed,
)
from bot.model import Finding, Migration, ObjectKey, Project, Statement
from tests.support.facts import LOADED
from tests.support.snapshots import column, foreign_key, snapshot, table

OWN = Migration(path="versions/b2.py", revision="b2", down_revision="a1", origin="pull_request", source="")
FREE: dict[str, Any] = {"not_null": False, "default": None}
VIEW = (
    ObjectKey("materialized_view", "public", "", "names"),
    {"definition": " SELECT person.id, person.name FROM person;"},
)
SCHEMA = snapshot(
    column("person", "kind", type="text", **FREE),
    column("person", "state", type="text", **FREE),
    column("person", "level", type="text", not_null=True, default=None),
    column("person", "active", type="boolean", **FREE),
    column("person", "starts", type="date", **FREE),
    column("person", "ends", type="date", **FREE),
    column("person", "seen", type="timestamp with time zone", **FREE),
    column("person", "left_at", type="timestamp with time zone", **FREE),
    column("person", "lasts", type="interval", **FREE),
    table("person"),
    table("team"),
    column("person", "team_id", type="integer", not_null=True, default=None),
    foreign_key("person", "person_team", "team", ["team_id"]),
    column("person", "mate_id", type="integer", **FREE),
    foreign_key("person", "person_mate", "team", ["mate_id"]),
    VIEW,
)


def said(check: Callable[[Facts], Iterable[Finding]], *statements: str, source: str = "") -> int:
    sent = [Statement(direction="upgrade", sql=sql, line=7, rows=1) for sql in statements]
    migration = msgspec.structs.replace(OWN, statements=sent, source=source)
    project = Project(config="alembic.ini", status="proven", migrations=[migration])
    facts = Facts(project=project, base=LOADED, head=LOADED)
    return len(list(check(replace(facts, old=SCHEMA, migrated=SCHEMA))))


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE person SET state = CASE kind WHEN 'a' THEN 'x' WHEN NULL THEN 'y' END", 1),
        ("UPDATE person SET state = CASE WHEN kind = NULL THEN 'x' ELSE 'y' END", 1),
        ("UPDATE person SET state = 'x' WHERE active OR kind <> NULL", 1),
        ("UPDATE person SET state = 'x' WHERE kind NOT IN ('a', NULL)", 1),
        ("DELETE FROM person WHERE kind = NULL", 1),
        ("INSERT INTO person (state) SELECT CASE WHEN kind = NULL THEN 'x' END FROM person", 1),
        ("UPDATE person SET kind = NULL, state = NULL WHERE kind IS NULL", 0),
        ("UPDATE person SET state = CASE WHEN kind IS NULL THEN NULL ELSE NULL END", 0),
        ("UPDATE person SET state = coalesce(kind, NULL) WHERE kind IN ('a', NULL)", 0),
    ],
)
def test_what_is_compared_with_null(sql: str, found: int) -> None:
    assert said(compared_with_null.check, sql) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("extract(month FROM age(ends, starts))", 1),
        ("date_part('months', age(p.ends, p.starts))", 1),
        ("extract(hour FROM left_at - seen)", 1),
        ("extract(minute FROM lasts)", 1),
        ("extract(year FROM age(ends, starts)) * 12 + extract(month FROM age(ends, starts))", 0),
        ("extract(year FROM age(ends, starts))", 0),
        ("extract(day FROM left_at - seen)", 0),
        ("extract(epoch FROM lasts) / 60", 0),
        ("extract(day FROM left_at - seen) * 24 + extract(hour FROM left_at - seen)", 0),
        ("extract(month FROM starts)", 0),
        ("extract(hour FROM seen)", 0),
        ("extract(hour FROM seen - interval '2 hours')", 0),
    ],
)
def test_one_field_of_an_interval(value: str, found: int) -> None:
    assert said(field_of_interval.check, f"UPDATE person p SET months = {value}") == found
    assert said(field_of_interval.check, f"SELECT {value} FROM person p") == 0


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = (row.ends - row.starts).seconds", 1),
        ("x = (b - a).days * 86400 + (b - a).seconds", 0),
        ("x = (b - a).total_seconds()", 0),
        ("x = row.seconds", 0),
    ],
)
def test_the_seconds_of_a_difference(source: str, found: int) -> None:
    assert said(field_of_interval.check, "SELECT 1", source=f"{source}\n") == found


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("LEFT JOIN payment p ON p.person_id = a.id WHERE p.state = 'paid' GROUP BY a.id", 1),
        ("LEFT OUTER JOIN payment AS p ON p.person_id = a.id WHERE a.kind = 'x' AND p.amount > 0", 1),
        ("LEFT JOIN payment ON payment.person_id = a.id WHERE payment.state IN ('paid')", 1),
        ("LEFT JOIN payment p ON p.person_id = a.id AND p.state = 'paid' GROUP BY a.id", 0),
        ("LEFT JOIN payment p ON p.person_id = a.id WHERE p.id IS NULL", 0),
        ("LEFT JOIN payment p ON p.person_id = a.id WHERE p.state = 'paid' OR p.id IS NULL", 0),
        ("LEFT JOIN payment p ON p.person_id = a.id WHERE coalesce(p.state, 'paid') = 'paid'", 0),
        ("JOIN payment p ON p.person_id = a.id WHERE p.state = 'paid'", 0),
        ("LEFT JOIN payment p ON p.person_id = a.id WHERE a.state = 'paid'", 0),
    ],
)
def test_a_left_join_that_a_condition_undoes(rest: str, found: int) -> None:
    select = f"SELECT a.id, count(*) FROM person a {rest}"
    assert said(join_undone.check, f"INSERT INTO summary {select}") == found
    assert said(join_undone.check, f"UPDATE person SET n = x.n FROM ({select}) x WHERE x.id = person.id") == found


PAIR = ("UPDATE person SET state = 'x' WHERE kind = 'a'", "UPDATE person SET state = 'y' WHERE kind {} 'a'")


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ((PAIR[0], PAIR[1].format("<>")), 1),
        (("UPDATE person SET state = %(s)s WHERE person.kind = %(kind_1)s::VARCHAR",
          "UPDATE person SET state = %(s)s WHERE person.kind != %(kind_1)s::VARCHAR"), 1),
        (("UPDATE person SET state = 'x' WHERE active", "UPDATE person SET state = 'y' WHERE NOT active"), 1),
        (("UPDATE person SET state = CASE WHEN kind = 'a' THEN 'x' WHEN kind <> 'a' THEN 'y' END",), 1),
        ((PAIR[0], PAIR[1].format("IS DISTINCT FROM")), 0),
        ((PAIR[0], PAIR[1].format("<>"), "UPDATE person SET state = 'z' WHERE kind IS NULL"), 0),
        (("UPDATE person SET state = 'z'", PAIR[0], PAIR[1].format("<>")), 0),
        (("UPDATE person SET state = 'x' WHERE level = 'a'", "UPDATE person SET state = 'y' WHERE level <> 'a'"), 0),
        (("UPDATE person SET level = 'x' WHERE kind = 'a'", "UPDATE person SET level = 'y' WHERE kind <> 'a'"), 0),
        (("UPDATE person SET state = CASE WHEN kind = 'a' THEN 'x' WHEN kind <> 'a' THEN 'y' ELSE 'z' END",), 0),
        ((PAIR[0],), 0),
    ],
)  # fmt: skip
def test_null_is_in_neither_of_two_conditions(statements: tuple[str, ...], found: int) -> None:
    assert said(null_in_neither.check, *statements) == found


UPDATE = "UPDATE person SET name = btrim(name)"


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ((UPDATE,), 1),
        (("REFRESH MATERIALIZED VIEW names", UPDATE), 1),
        (("DELETE FROM public.person WHERE id < 0",), 1),
        ((UPDATE, "REFRESH MATERIALIZED VIEW CONCURRENTLY public.names"), 0),
        (("UPDATE person SET level = 'x'",), 0),
        (("UPDATE team SET name = 'x'",), 0),
        ((), 0),
    ],
)
def test_a_materialized_view_that_is_not_refreshed(statements: tuple[str, ...], found: int) -> None:
    assert said(view_not_refreshed.check, *statements) == found


FILL = "UPDATE person SET team_id = %(team)s"


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (("UPDATE person SET team_id = (SELECT min(id) FROM team)",), 1),
        (("UPDATE person SET team_id = (SELECT t.id FROM public.team t ORDER BY t.name LIMIT 1)",), 1),
        (("SELECT id FROM team ORDER BY id LIMIT 1", FILL), 1),
        (("SELECT max(team.id) AS m FROM team", FILL), 1),
        (("INSERT INTO team (name) VALUES ('x')", "UPDATE person SET team_id = (SELECT min(id) FROM team)"), 0),
        (("UPDATE person SET team_id = (SELECT min(id) FROM team WHERE name = kind)",), 0),
        (("UPDATE person SET team_id = (SELECT coalesce(min(id), 0) FROM team)",), 0),
        (("UPDATE person SET mate_id = (SELECT min(id) FROM team)",), 0),
        (("UPDATE person SET team_id = (SELECT min(id) FROM person)",), 0),
        (("SELECT id, name FROM team", FILL), 0),
        ((FILL,), 0),
    ],
)
def test_a_row_of_a_table_that_may_be_empty(statements: tuple[str, ...], found: int) -> None:
    assert said(row_taken_for_granted.check, *statements) == found


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("INSERT INTO team (id) SELECT 1 WHERE NOT EXISTS (SELECT FROM team)", 0),
        ("INSERT INTO team (id) VALUES (1) ON CONFLICT DO NOTHING", 0),
        ("INSERT INTO team (id) SELECT id FROM person WHERE NOT EXISTS (SELECT FROM team)", 1),
        ("INSERT INTO team (id) SELECT id FROM person ON CONFLICT DO NOTHING", 1),
        ("UPDATE team SET id = 1 WHERE NOT EXISTS (SELECT FROM team)", 1),
    ],
)
def test_what_is_inserted_unless_it_is_there_may_be_there(sql: str, found: int) -> None:
    """Before: a default row that every table of the bot's has was told as a statement of which nothing is known."""
    sent = [Statement(direction="upgrade", sql=sql, line=7, rows=0)]
    project = Project(config="alembic.ini", status="proven", migrations=[msgspec.structs.replace(OWN, statements=sent)])
    assert len(list(statement_met_no_rows.check(Facts(project=project, base=LOADED, head=LOADED)))) == found
