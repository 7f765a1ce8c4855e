"""What a migration's text says of itself."""

import pytest

from bot.discovery.written_migration import Written, read
from tests.support.action import adding
from tests.support.projects import FIRST


def test_revision_parents_and_tables() -> None:
    assert read(adding("b2", "age")) == Written("b2", frozenset({"a1"}), frozenset({"job"}))
    assert read(FIRST) == Written("a1", frozenset(), frozenset({"job"}))


def test_annotations_and_several_parents() -> None:
    found = read("revision: str = 'm'\ndown_revision: Union[str, Sequence[str], None] = ('a', 'b')\n")
    assert found == Written("m", frozenset({"a", "b"}), frozenset())


@pytest.mark.parametrize(
    ("call", "table"),
    [
        ("op.create_index('ix', 'person', ['name'])", "person"),
        ("op.drop_constraint('fk', 'person')", "person"),
        ("op.rename_table('person', 'people')", "person"),
        ("with op.batch_alter_table('person') as batch:\n    pass", "person"),
    ],
)
def test_the_table_is_where_the_operation_has_it(call: str, table: str) -> None:
    found = read(f"revision = 'x'\ndown_revision = None\n{call}\n")
    assert found is not None
    assert found.tables == {table}


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x = 1",
        "revision = 'a'",
        "revision = 1\ndown_revision = None",
        "revision = name()\ndown_revision = None",
        "revision = 'a'\ndown_revision: str",
        "def (",
        "\0",
        "(" * 10_000,
        f"revision = {'-' * 10_000}1\ndown_revision = None",
    ],
)
def test_what_is_no_migration_is_none(source: str) -> None:
    assert read(source) is None
