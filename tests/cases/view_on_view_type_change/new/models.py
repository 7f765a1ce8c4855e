"""A view reads a view that reads a column whose type changes: after."""

from sqlalchemy import DDL, Text, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)


event.listen(Base.metadata, "after_create", DDL("CREATE VIEW names AS SELECT id, name FROM person"))


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE VIEW short_names AS SELECT id, name FROM names WHERE length(name) < 9"""),
)
