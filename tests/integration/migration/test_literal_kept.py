"""Conversions after which a text is the server's own literal of another type, generated ones and an author's."""

import pytest

from bot.database.databases import Databases
from bot.migration.proof.kept_literals import KeptLiteral
from bot.model import Finding, Project
from tests.integration.migration.test_own_migrations import second
from tests.support.changes import Change

MODELS = """
class Doc(Base):
    __tablename__ = "doc"
    id = Column(Integer, primary_key=True)
    body = Column({body})
    tags = Column({tags})
    data = Column({data})
    price = Column({price})
    host = Column({host})
    raw = Column({raw})
"""
TYPES = {
    "body": "sa.LargeBinary()",
    "tags": "sa.ARRAY(sa.Text())",
    "data": "postgresql.JSONB()",
    "price": "postgresql.MONEY()",
    "host": "postgresql.INET()",
    "raw": "sa.Text()",
}
FIRST = f"""
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

def upgrade():
    op.create_table("doc", sa.Column("id", sa.Integer(), primary_key=True),
                    {", ".join(f'sa.Column("{name}", {kind})' for name, kind in TYPES.items())})

def downgrade():
    op.drop_table("doc")
"""
TEXTS = dict.fromkeys(("body", "tags", "data", "price", "host"), "Text()")
AUTHORS = TYPES | {"tags": "Text()", "raw": "postgresql.JSONB()"}


def said(project: Project) -> dict[str, Finding]:
    return {f.title.split(" of ")[1].split()[0]: f for f in project.findings if f.code == "literal-kept"}


@pytest.fixture(scope="module")
def generated(joined: Change) -> Project:
    joined.base(MODELS.format(**TYPES), {"migrations/versions/a1_first.py": FIRST})
    return joined.check(MODELS.format(**TYPES | TEXTS))


@pytest.fixture(scope="module")
def written(joined: Change, generated: Project) -> Project:
    del generated
    up = (
        'op.add_column("doc", sa.Column("text", sa.Text()))\n'
        'op.execute("UPDATE doc SET text = body::text")\n'
        "op.execute(\"ALTER TABLE doc ALTER tags TYPE text USING array_to_string(tags, ',')\")\n"
        'op.execute("ALTER TABLE doc ALTER raw TYPE jsonb USING to_jsonb(raw)")'
    )
    down = (
        "op.execute(\"ALTER TABLE doc ALTER raw TYPE text USING raw #>> '{}'\")\n"
        "op.execute(\"ALTER TABLE doc ALTER tags TYPE text[] USING string_to_array(tags, ',')\")\n"
        'op.drop_column("doc", "text")'
    )
    return joined.check(MODELS.format(**AUTHORS) + "    text = Column(Text)\n", second(up, down))


def test_generated_conversions(generated: Project) -> None:
    assert generated.status == "warning"
    assert {*said(generated)} == {"doc.body", "doc.tags", "doc.data", "doc.price"}
    assert "/migration using doc.body convert_from(body, 'UTF8')" in said(generated)["doc.body"].advice


def test_an_authors_statements(written: Project) -> None:
    assert {*said(written)} == {"doc.text", "doc.raw"}
    assert "raw::jsonb" in said(written)["doc.raw"].advice


@pytest.mark.parametrize(
    ("kind", "value", "plain"),
    [
        ("bytea", "'\\x616263'::bytea", "abc"),
        ("array", "'{a,b}'::text[]", "a,b"),
        ("array", "'{1,2}'::int[]", "1,2"),
        ("money", "1234.5::numeric::money", "1234.50"),
        ("json", "'\"hello\"'::json", "hello"),
        ("json", "'\"hello\"'::jsonb", "hello"),
        ("json", "'{\"a\": 1}'::jsonb", '{"a": 1}'),
        ("range", "'[1,5)'::int4range", "1 - 5"),
        ("text", "'{\"a\":1}'::text", {"a": 1}),
    ],
)
def test_what_is_offered_runs(databases: Databases, kind: str, value: str, plain: object) -> None:
    column = ("public", "doc", "value")
    meant = KeptLiteral(column, column, kind, "jsonb", 1, "").meant
    address = databases.address(databases.create("meant"))
    with address.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT {meant} FROM (SELECT {value} AS value) AS doc")
        assert cursor.fetchone() == (plain,)
