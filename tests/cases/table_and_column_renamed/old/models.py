"""A table and one of its columns get other names: before."""

import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Member(Base):
    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    nick: Mapped[str]
    age: Mapped[int]
    born: Mapped[datetime.date | None]
