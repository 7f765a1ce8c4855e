"""The word None in texts that a program made."""

import pytest

from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.null_as_text import written
from bot.migration.proof.rows import RowSnapshot, TableRows
from tests.support.snapshots import column, key, snapshot, table

POST = ("public", "post")
OLD = snapshot(table("post"), column("post", "id", not_null=True), column("post", "title"), key("post", "pk", ["id"]))
BOUND = "UPDATE post SET search = %(s)s WHERE id = %(id)s"


def found(
    pairs: list[tuple[str | None, str | None]], sql: str = BOUND, mentioned: str = "search", kind: str = "text"
) -> int:
    """Titles, and what was made of each."""
    before = RowSnapshot({POST: TableRows(("id", "title"), tuple((str(n), t) for n, (t, _) in enumerate(pairs)))})
    rows = tuple((str(n), *pair) for n, pair in enumerate(pairs))
    after = RowSnapshot({POST: TableRows(("id", "title", "search"), rows)})
    migrated = snapshot(*OLD.objects.items(), column("post", "search", type=kind))
    changes = list(written(OLD, migrated, (before, after), DeclaredChanges((sql,)), {mentioned}))
    assert all((change.kind, change.column) == ("null as text", "search") for change in changes)
    return sum(change.rows for change in changes)


@pytest.mark.parametrize("text", ["None x", "x none", "None", "nan", "a/None/b"])
def test_the_word_for_nothing(text: str) -> None:
    assert found([(None, text), ("a", "a x")]) == 1


@pytest.mark.parametrize("text", ["x", None, "nonesuch", "banana"])
def test_other_texts(text: str | None) -> None:
    assert found([(None, text)]) == 0


def test_words_that_were_there_and_words_of_the_authors() -> None:
    assert found([("None", "None x")]) == 0
    assert found([(None, "none")], mentioned="none") == 0
    assert found([(None, "none")], sql="UPDATE post SET search = coalesce(title, 'none')") == 0
    assert found([(None, "none")], kind="json") == 0
