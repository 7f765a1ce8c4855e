"""A label goes from an enum that a view and a function name: before."""

from sqlalchemy import DDL, Enum, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Enum("a", "b", "c", name="doc_kind"))


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE VIEW kinds AS SELECT kind, count(*) AS how_many FROM doc WHERE kind <> 'a'::doc_kind GROUP BY kind"""),
)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE FUNCTION kind_of(n int) RETURNS doc_kind LANGUAGE sql AS $$ SELECT kind FROM doc WHERE id = n $$"""),
)
