"""Names in mixed case, reserved words, blanks, quotes and percent signs: after."""

from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "Order"
    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column("User", String, index=True)
    group: Mapped[int | None] = mapped_column("group by", ForeignKey("Order.id"))
    rate: Mapped[int | None] = mapped_column("rate %", unique=True)
    said: Mapped[str | None] = mapped_column('said "so"')
    colon: Mapped[int | None] = mapped_column("a:b", server_default="7")


class Select(Base):
    __tablename__ = "select"
    id: Mapped[int] = mapped_column(primary_key=True)
    where: Mapped[str] = mapped_column(Enum("it's", "100%", "a b", name="Select State"))
