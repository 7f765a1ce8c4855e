"""Defaults with quotes, percent signs, colons and backslashes: after."""

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    a: Mapped[str] = mapped_column(server_default="it's 100% :sure \\ \"ok\"")
    b: Mapped[str] = mapped_column(server_default="%(x)s %s :x")
    c: Mapped[str] = mapped_column(server_default="a:b::c 50%")
