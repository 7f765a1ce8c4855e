"""What pointed at a town by country and number points at its key: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "town",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("country", sa.SmallInteger, nullable=False),
    sa.Column("number", sa.SmallInteger, nullable=False),
    sa.UniqueConstraint("country", "number", name="town_number"),
)

sa.Table(
    "inhabitant",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("town_id", sa.ForeignKey("town.id", name="inhabitant_town"), nullable=False),
)
