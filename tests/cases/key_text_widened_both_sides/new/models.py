"""Text keys on both sides of a foreign key become longer and get a collation: after."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Unit(Base):
    __tablename__ = "unit"
    code: Mapped[str] = mapped_column(String(20, collation="C"), primary_key=True)


class Part(Base):
    __tablename__ = "part"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(20, collation="C"), ForeignKey("unit.code", onupdate="CASCADE"))
