"""Names of what goes are taken by what comes: after."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


LONGEST = "m" * 63


def table(name: str, *parts: sa.schema.SchemaItem) -> None:
    sa.Table(name, Base.metadata, sa.Column("id", sa.Integer, primary_key=True), *parts)


table("log__old", sa.Column("a", sa.Text))
table("tag", sa.Column("b", sa.Integer), sa.UniqueConstraint("b", name="uq_a"))
table("entry", sa.Column("day", pg.DATERANGE), pg.ExcludeConstraint(("day", "&&"), name="ex_taken"))
table("kind", sa.Column("word", sa.Text))
table("free", sa.Column("c", sa.Integer), sa.UniqueConstraint("c", name="log"))
table(
    "purchase",
    sa.Column("state", sa.Enum("open", "closed", name="state")),
    sa.Column("kind_id", sa.ForeignKey("kind.id")),
    sa.Column("mail", pg.DOMAIN("mail", sa.Text)),
    sa.Column("grade", pg.DOMAIN("grade", sa.Text), nullable=False),
    sa.Column("mood", sa.Enum("bad", "good", name=LONGEST)),
)
