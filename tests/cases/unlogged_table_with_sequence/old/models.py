"""A table is not logged any more: before."""

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Cache(Base):
    __tablename__ = "cache"
    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str]
