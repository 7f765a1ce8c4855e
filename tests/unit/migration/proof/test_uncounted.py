"""Counts that are NULL where there is nothing to count."""

import pytest

from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.rows import RowSnapshot, TableRows
from bot.migration.proof.uncounted import left_null
from tests.support.snapshots import column, snapshot, table

OLD = snapshot(table("post"), column("post", "id", type="integer", not_null=True))
JOINED = "UPDATE post SET n = x.n FROM (SELECT post_id, count(*) AS n FROM c GROUP BY post_id) x WHERE x.post_id = id"
BOUND = "UPDATE post SET n = %(n)s WHERE id = %(id)s"
READ = "SELECT post_id, count(*) FROM c GROUP BY post_id"


def found(values: list[str | None], *statements: str, kind: str = "integer", required: bool = False) -> int:
    rows = tuple((str(number), value) for number, value in enumerate(values))
    after = RowSnapshot({("public", "post"): TableRows(("id", "n"), rows)})
    migrated = snapshot(*OLD.objects.items(), column("post", "n", type=kind, not_null=required))
    changes = list(left_null(OLD, migrated, after, DeclaredChanges(statements)))
    assert all(
        (change.kind, change.column, change.sql in statements) == ("not counted", "n", True) for change in changes
    )
    return sum(change.rows for change in changes)


@pytest.mark.parametrize(
    "statements", [(JOINED,), (READ, BOUND), ("UPDATE post SET n = array_length(tags, 1)",)], ids=str
)
def test_rows_without_any(statements: tuple[str, ...]) -> None:
    assert found(["2", None, "1", None], *statements) == 2
    assert found(["2", "0", None], *statements) == 0
    assert found(["2", "1"], *statements) == 0
    assert found([None, None], *statements) == 0
    assert found([], *statements) == 0


def test_what_is_no_count() -> None:
    assert found(["2", None], "UPDATE post SET n = length(title)") == 0
    assert found(["2", None], BOUND, "SELECT id FROM post") == 0
    assert found(["2", None], JOINED, kind="text") == 0
    assert found(["2", None], JOINED, required=True) == 0
    assert found(["2", None], JOINED.replace("UPDATE post", "UPDATE page")) == 0
