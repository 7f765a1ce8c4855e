"""The columns of a primary key change places: after."""

from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Cell(Base):
    __tablename__ = "cell"
    x: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    y: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    z: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str | None]
    __table_args__ = (PrimaryKeyConstraint("z", "x", "y"),)
