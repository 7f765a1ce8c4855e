"""A new column is indexed concurrently: after."""

from sqlalchemy import Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    code: Mapped[int | None]
    __table_args__ = (Index("ix_doc_code", "code", postgresql_concurrently=True),)
