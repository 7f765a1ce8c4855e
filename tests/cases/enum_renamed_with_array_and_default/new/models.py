"""An enum that arrays and defaults use gets another name: after."""

from sqlalchemy import ARRAY, Enum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    one: Mapped[str] = mapped_column(Enum("red", "blue", name="shade"), server_default="red")
    many: Mapped[list[str]] = mapped_column(ARRAY(Enum("red", "blue", name="shade")), server_default="{red}")
