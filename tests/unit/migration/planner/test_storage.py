"""Tablespace and storage options: changed in place, of whatever has them."""

import pytest

from bot.migration.planner.operations import Operation
from bot.model import ObjectKey
from tests.support.operations import Object, check_operations
from tests.support.snapshots import table

WORDS = {"table": "TABLE", "index": "INDEX", "materialized_view": "MATERIALIZED VIEW"}


def stored(kind: str, tablespace: str | None, *options: str) -> list[Object]:
    more = {"tablespace": tablespace, "options": list(options) or None}
    if kind == "table":
        key, attributes = table("thing")
        return [(key, {**attributes, **more})]
    parent = "job" if kind == "index" else ""
    definition = "CREATE INDEX thing ON job (id)" if parent else " SELECT 1 AS n;"
    return [table("job"), (ObjectKey(kind, "public", parent, "thing"), {"definition": definition, **more})]


@pytest.mark.parametrize("kind", WORDS)
def test_a_tablespace_is_set_and_taken_back(kind: str) -> None:
    alter = f"ALTER {WORDS[kind]} thing SET TABLESPACE"
    check_operations(stored(kind, None), stored(kind, "fast"), [f"{alter} fast"])
    check_operations(stored(kind, "fast"), stored(kind, None), [f"{alter} pg_default"])


@pytest.mark.parametrize("kind", WORDS)
def test_options_are_set_and_reset(kind: str) -> None:
    alter = f"ALTER {WORDS[kind]} thing"
    both: list[str | Operation] = [f"{alter} SET (fillfactor=80)", f"{alter} RESET (autovacuum_enabled)"]
    check_operations(stored(kind, None, "autovacuum_enabled=off"), stored(kind, None, "fillfactor=80"), both)


def test_a_materialized_view_is_made_where_and_as_it_has_to_be() -> None:
    made = stored("materialized_view", "fast", "fillfactor=80")
    made[1][1]["access_method"] = "columnar"
    wanted = "CREATE MATERIALIZED VIEW thing USING columnar WITH (fillfactor=80) TABLESPACE fast AS\nSELECT 1 AS n"
    check_operations([table("job")], made, [wanted])
