"""A view gets a check option and security settings: after."""

from sqlalchemy import DDL, event, true
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE VIEW named WITH (security_barrier = true) AS SELECT id, name FROM person WHERE name <> ''
  WITH LOCAL CHECK OPTION"""),
)
