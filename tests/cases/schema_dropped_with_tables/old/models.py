"""A schema and its tables are dropped: before."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Keep(Base):
    __tablename__ = "keep"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


event.listen(Base.metadata, "before_create", DDL("CREATE SCHEMA IF NOT EXISTS lab"))


class Probe(Base):
    __tablename__ = "probe"
    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]
    __table_args__ = {"schema": "lab"}
