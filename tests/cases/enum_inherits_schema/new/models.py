"""An enum column arrives in a table whose schema its type inherits: after."""

from sqlalchemy import Enum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(
        Enum("new", "used", name="item_kind", inherit_schema=True), server_default="new"
    )
    __table_args__ = {"schema": "shop"}
