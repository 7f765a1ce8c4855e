"""A collation of our own is added, and a column uses it: after."""

from sqlalchemy import DDL, String, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


event.listen(
    Base.metadata,
    "before_create",
    DDL("CREATE COLLATION natural_order (provider = icu, locale = 'en-u-kn-true')"),
)


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    number: Mapped[str | None] = mapped_column(String(collation="natural_order"))
