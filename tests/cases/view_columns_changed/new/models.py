"""A view shows other columns in another order: after."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[str]
    last: Mapped[str]


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE VIEW names AS SELECT last, first, id FROM person WHERE id > 0"""),
)
