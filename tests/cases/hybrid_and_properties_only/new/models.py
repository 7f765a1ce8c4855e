"""Hybrid attributes, column properties and synonyms change nothing: after."""

from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column, synonym


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[str] = mapped_column()
    last: Mapped[str] = mapped_column(default="none", info={"shown": True})
    name: Mapped[str] = column_property(first + " " + last)
    surname = synonym("last")

    @hybrid_property
    def initials(self) -> str:
        return self.first[0] + self.last[0]
