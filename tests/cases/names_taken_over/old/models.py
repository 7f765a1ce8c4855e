"""Names of what goes are taken by what comes: before."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


LONGEST = "m" * 63


def table(name: str, *parts: sa.schema.SchemaItem) -> None:
    sa.Table(name, Base.metadata, sa.Column("id", sa.Integer, primary_key=True), *parts)


table("log", sa.Column("a", sa.Text), sa.UniqueConstraint("a", name="uq_a"), sa.Index("entry", "a"))
table("log__old", sa.Column("a", sa.Text))
table("state", sa.Column("name", sa.Text))
table("mail", sa.Column("text", sa.Text))
table("room", sa.Column("taken", pg.INT4RANGE), pg.ExcludeConstraint(("taken", "&&"), name="ex_taken"))
table(
    "purchase",
    sa.Column("state_id", sa.ForeignKey("state.id")),
    sa.Column("kind", sa.Enum("new", "old", name="kind")),
    sa.Column("grade", sa.Enum("a", "b", name="grade"), nullable=False),
    sa.Column("mood", sa.Enum("good", "bad", name=LONGEST)),
)
