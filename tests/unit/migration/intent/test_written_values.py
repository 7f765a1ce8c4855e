"""What the models of two sides write for the same, and the statement that would change the rows."""

from typing import Any

import pytest

from bot.migration.intent.written_values import ChangedWriting, changed
from bot.project.client.answers import ModelColumn, Models, ModelTable, WrittenValue

Pairs = tuple[tuple[WrittenValue, WrittenValue | None], ...]


def text(value: str) -> WrittenValue:
    return WrittenValue("text", value)


def labels(**named: str) -> dict[str, WrittenValue]:
    return {name: text(label) for name, label in named.items()}


def models(type_: str = "VARCHAR(20)", table: str = "job", **said: Any) -> Models:
    """One table with one column; what is said of `discriminator` is of the table."""
    of_table = {name: said.pop(name) for name in ("discriminator", "identities") if name in said}
    column = ModelColumn(
        name="state", default=None, callable_name=None, nullable=True, server_default=False, type=type_, **said
    )
    return Models(tables=[ModelTable(schema=None, name=table, columns=[column], **of_table)])


def found(base: Models, head: Models) -> list[ChangedWriting]:
    return list(changed(base, head))


YES_NO = {"True": text("Y"), "False": text("N"), "7": text("Y")}
ONE_ZERO = {"True": text("1"), "False": text("0"), "7": text("1")}
LOWER, UPPER = {"'Ab c'": text("ab c")}, {"'Ab c'": text("AB C")}
MEMBERS = labels(OPEN="o", SHUT="s")
VARIES = {"'Ab c'": WrittenValue("varies", "")}


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        (labels(OPEN="OPEN"), labels(OPEN="open"), ((text("OPEN"), text("open")),)),
        (labels(OPEN="open", SHUT="shut"), labels(OPEN="open"), ((text("shut"), None),)),
        (labels(open="open", shut="shut"), labels(open="open", closed="closed"), ((text("shut"), text("closed")),)),
        (labels(A="a", B="b"), labels(A="b", B="a"), ((text("a"), text("b")), (text("b"), text("a")))),
    ],
)
def test_labels(old: dict[str, WrittenValue], new: dict[str, WrittenValue], pairs: Pairs) -> None:
    assert [one.pairs for one in found(models(writes=old), models(writes=new))] == [pairs]


@pytest.mark.parametrize(
    "sides",
    [
        (models(writes=labels(OPEN="open")), models(writes=labels(OPEN="open", SHUT="shut"))),
        (models(writes=labels(OPEN="open")), models(writes=labels(OPENED="open"))),
        (models(writes=labels(OPEN="open")), models()),
        (models(writes=labels(OPEN="OPEN")), models("BOOLEAN", writes=labels(OPEN="open"))),
        (models(writes=labels(OPEN="OPEN")), models(table="task", writes=labels(OPEN="open"))),
        # The server refuses what it does not know, and rows are asked about where its labels change.
        (models(writes=labels(OPEN="OPEN"), guarded=True), models(writes=labels(OPEN="open"), guarded=True)),
        (models(writes=YES_NO, kind="YesNo"), models(writes=YES_NO, kind="Flag")),
        (models(writes=YES_NO, kind="YesNo"), models(writes=labels(other="x"), kind="Flag")),
        (models(), models(writes=LOWER, kind="Lower")),
        (models(writes=VARIES, kind="Hash"), models(writes=VARIES, kind="Hash")),
        (
            models(discriminator="state", identities=labels(Boss="boss")),
            models(discriminator="state", identities=labels(Chief="boss", Clerk="clerk")),
        ),
    ],
)
def test_no_difference(sides: tuple[Models, Models]) -> None:
    assert found(*sides) == []


def test_labels_that_the_server_knows_and_that_change_places() -> None:
    sides = [models(writes=labels(A=a, B=b), guarded=True) for a, b in ("xy", "yx")]
    assert [len(one.pairs) for one in found(*sides)] == [2]


@pytest.mark.parametrize(
    ("old", "new", "update"),
    [
        (
            (YES_NO, "YesNo"),
            (ONE_ZERO, "OneZero"),
            "UPDATE job SET state = CASE state WHEN 'Y' THEN '1' WHEN 'N' THEN '0' END WHERE state IN ('Y', 'N')",
        ),
        ((LOWER, "Lower"), (UPPER, "Upper"), ""),
        ((VARIES, "Hash"), (VARIES, "Secret"), ""),
        ((LOWER, "Lower"), (VARIES, "Secret"), ""),
        ((MEMBERS, "Kind"), (labels(OPEN="o", SHUT="x"), "Kind"), "UPDATE job SET state = 'x' WHERE state = 's'"),
    ],
)
def test_types_of_the_project(old: tuple[Any, str], new: tuple[Any, str], update: str) -> None:
    sides = [models(writes=writes, kind=kind) for writes, kind in (old, new)]
    assert [one.update for one in found(*sides)] == [update]


def test_a_type_that_hides_texts() -> None:
    secret = models(writes=LOWER, kind="Secret", disguises=True)
    assert [len(found(*sides)) for sides in ((models(), secret), (secret, models()))] == [1, 1]


def test_labels_in_arrays_have_no_statement() -> None:
    sides = [models("VARCHAR(20)[]", writes=labels(OPEN=label)) for label in ("OPEN", "open")]
    assert [one.update for one in found(*sides)] == [""]


def test_identities_of_classes() -> None:
    sides = [models(discriminator="state", identities=labels(Boss=name)) for name in ("mgr", "it's")]
    assert [one.update for one in found(*sides)] == ["UPDATE job SET state = 'it''s' WHERE state = 'mgr'"]


def test_another_column_says_the_class() -> None:
    sides = [models(discriminator=name, identities=labels(Boss="boss")) for name in ("kind", "state")]
    assert [one.update for one in found(*sides)] == ["UPDATE job SET state = kind"]


def test_numbers_and_what_has_no_text() -> None:
    table = ("a.b", "job")
    one, two, many = WrittenValue("number", "1"), WrittenValue("number", "2"), WrittenValue("number", "1; DROP")
    assert ChangedWriting(table, "n", "type", ((one, two),)).update == 'UPDATE "a.b".job SET n = 2 WHERE n = 1'
    assert ChangedWriting(table, "n", "type", ((one, many),)).update == ""
