"""A class with a concrete table of its own is added: after."""

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Animal(Base):
    __tablename__ = "animal"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Dog(Animal):
    __tablename__ = "dog"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    breed: Mapped[str]
    __mapper_args__ = {"concrete": True}
