"""Text keys on both sides of a foreign key become longer and get a collation: before."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Unit(Base):
    __tablename__ = "unit"
    code: Mapped[str] = mapped_column(String(8), primary_key=True)


class Part(Base):
    __tablename__ = "part"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(8), ForeignKey("unit.code", onupdate="CASCADE"))
