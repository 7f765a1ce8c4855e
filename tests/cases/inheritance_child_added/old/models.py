"""A table that inherits from another gets a column through it: before."""

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Animal(Base):
    __tablename__ = "animal"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Dog(Base):
    __tablename__ = "dog"
    __table_args__ = {"postgresql_inherits": "animal"}
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
