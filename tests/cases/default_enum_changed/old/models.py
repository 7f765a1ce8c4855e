"""The default of an enum column changes and another is dropped: before."""

from sqlalchemy import Enum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Enum("new", "used", name="item_state"), server_default="new")
    other: Mapped[str] = mapped_column(Enum("new", "used", name="item_state"), server_default="used")
