"""A migration file imports what it uses."""

import pytest

from bot.project.worker.imports import complete


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from alembic import op\nop.x()\n", "from alembic import op\nop.x()\n"),
        ("op.x(sa.Text())\n", "import sqlalchemy as sa\nfrom alembic import op\nop.x(sa.Text())\n"),
        (
            '"""Doc."""\nfrom alembic import op\n\nx = postgresql.UUID()\n',
            '"""Doc."""\nfrom alembic import op\nfrom sqlalchemy.dialects import postgresql\n\nx = postgresql.UUID()\n',
        ),
        ("x = json.decoder.JSONDecoder()\n", "import json.decoder\nx = json.decoder.JSONDecoder()\n"),
        ("import json\nx = json.decoder.y\n", "import json\nimport json.decoder\nx = json.decoder.y\n"),
        ("import sqlalchemy\nx = sqlalchemy.Text()\n", "import sqlalchemy\nx = sqlalchemy.Text()\n"),
        ("def f(sa):\n    return sa.x\n", "def f(sa):\n    return sa.x\n"),
        ("for op in []:\n    op.x\n", "for op in []:\n    op.x\n"),
        ("nobody_knows.this()\n", "nobody_knows.this()\n"),
        ("x = 'a'.upper()\n", "x = 'a'.upper()\n"),
        ("this is not Python\n", "this is not Python\n"),
    ],
)
def test_what_lacks_is_added(before: str, after: str) -> None:
    assert complete(before) == after


def test_completing_again_changes_nothing() -> None:
    once = complete("op.x(sa.Text(), postgresql.UUID())\n")
    assert complete(once) == once
