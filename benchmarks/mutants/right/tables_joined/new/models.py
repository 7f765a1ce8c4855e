"""Two tables of the same form become one with a kind: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "animal",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("old_id", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.CheckConstraint("kind IN ('cat', 'dog')", name="animal_kind"),
    sa.UniqueConstraint("kind", "old_id", name="animal_old"),
)
