"""When head's history is certain to be base's with the new migrations on top."""

import pytest

from bot.check.fresh_install import _is_self_contained


@pytest.mark.parametrize(
    "source",
    [
        "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n",
        "import uuid, datetime as dt\n",
        "revision = 'a'\n",
    ],
)
def test_a_migration_that_stands_on_libraries_alone(source: str) -> None:
    assert _is_self_contained(source)


@pytest.mark.parametrize(
    "source",
    [
        None,
        "from app.models import User\n",
        "import sqlalchemy as sa, app\n",
        "from . import helpers\n",
        "def upgrade():\n    from models import Base\n",
        "import pathlib\n",
        "def upgrade():\n    op.execute(open('first.sql').read())\n",
        "def upgrade():\n    op.get_context().opts['target_metadata'].create_all()\n",
    ],
)
def test_a_migration_that_may_read_the_checkout(source: str | None) -> None:
    assert not _is_self_contained(source)
