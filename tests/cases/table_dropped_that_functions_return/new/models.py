"""A table goes with a view that reads it and a function that returns its rows: after."""

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Keep(Base):
    __tablename__ = "keep"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
