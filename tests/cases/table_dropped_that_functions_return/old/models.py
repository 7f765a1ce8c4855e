"""A table goes with a view that reads it and a function that returns its rows: before."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Keep(Base):
    __tablename__ = "keep"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE FUNCTION all_docs() RETURNS SETOF doc LANGUAGE sql AS $$ SELECT * FROM doc $$"""),
)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE VIEW docs AS SELECT d.id, k.name FROM doc d JOIN keep k USING (id)"""),
)
