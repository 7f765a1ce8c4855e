"""A view and the column that it reads are dropped: before."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    nick: Mapped[str | None]


event.listen(Base.metadata, "after_create", DDL("CREATE VIEW nicks AS SELECT id, nick FROM person"))
