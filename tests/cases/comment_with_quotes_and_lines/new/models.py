"""Comments with quotes, percent signs and several lines: after."""

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(comment="what it's called:\n  100% :free \\ \"quoted\"")
    size: Mapped[int | None] = mapped_column(comment="in 'mm'")
    __table_args__ = {"comment": "it's\nall\titems"}
