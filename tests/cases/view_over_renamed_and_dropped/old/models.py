"""A view on a view follows a renamed column and loses a dropped one: before."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    nick: Mapped[str | None]


event.listen(Base.metadata, "after_create", DDL("CREATE VIEW names AS SELECT id, name, nick FROM person"))


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE MATERIALIZED VIEW all_names AS SELECT name FROM names"""),
)


event.listen(Base.metadata, "after_create", DDL("CREATE INDEX ix_all_names ON all_names (name)"))
