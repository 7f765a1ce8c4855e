"""Names of 63 bytes and of letters beyond ASCII: after."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    größe: Mapped[int | None] = mapped_column(index=True)
    long: Mapped[int | None] = mapped_column("c" * 63, CheckConstraint(f"{'c' * 63} > 0", name="k" * 63), unique=True)


class Long(Base):
    __tablename__ = "prüfung_der_übergrößenträger"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column("名前", String(20))
