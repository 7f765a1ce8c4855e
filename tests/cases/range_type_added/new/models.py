"""A range type of our own is added: after."""

from sqlalchemy import DDL, event
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
    DDL("""CREATE TYPE float_range AS RANGE (subtype = float8, subtype_diff = float8mi)"""),
)
