"""Statements that met no rows, with what was sent as parameters in its place."""

import pytest

from bot.migration.trace.unmet import MOST, texts
from bot.project.client.answers import Parameters, RanStatement


def ran(sql: str, *parameters: Parameters, rows: int = 0, revision: str = "b2") -> RanStatement:
    return RanStatement(revision=revision, sql=sql, line=1, seconds=0.0, rows=rows, parameters=[*parameters])


@pytest.mark.parametrize(
    ("sql", "parameters", "expected"),
    [
        ("UPDATE t SET a = %(x)s WHERE b = %(y)s", {"x": "1", "y": "it's"}, "UPDATE t SET a = '1' WHERE b = 'it''s'"),
        ("UPDATE t SET a = %s WHERE b = %s", ["1", "2"], "UPDATE t SET a = '1' WHERE b = '2'"),
        ("DELETE FROM t WHERE a = $2 AND b = $1::TEXT", ["1", "2"], "DELETE FROM t WHERE a = '2' AND b = '1'::TEXT"),
        ("DELETE FROM t WHERE a = %s AND b = %s", [None, "2"], "DELETE FROM t WHERE a = %s AND b = '2'"),
        ("DELETE FROM t WHERE a = %s AND b = %s", ["1"], "DELETE FROM t WHERE a = '1' AND b = %s"),
        ("DELETE FROM t WHERE a = %(x)s", {}, "DELETE FROM t WHERE a = %(x)s"),
        ("DELETE FROM t WHERE a = $9", ["1"], "DELETE FROM t WHERE a = $9"),
        ("DELETE FROM t WHERE a = %(x)s", {"x": "\\' %s $1"}, "DELETE FROM t WHERE a = E'\\\\'' %s $1'"),
    ],
)
def test_values_stand_in_their_places(sql: str, parameters: Parameters, expected: str) -> None:
    assert texts([ran(sql, parameters)], {"b2"}) == [expected]


def test_only_what_was_to_change_rows_and_met_none() -> None:
    sql = "DELETE FROM t WHERE a = 'x'"
    others = [ran(sql, rows=1), ran("SELECT 1"), ran("DELETE FROM u", revision="a1")]
    assert texts([*others, ran(sql), ran(sql)], {"b2"}) == [sql]


def test_no_more_than_can_be_of_use() -> None:
    assert len(texts([ran(f"DELETE FROM t WHERE a = {number}") for number in range(MOST + 9)], {"b2"})) == MOST
