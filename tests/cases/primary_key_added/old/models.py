"""A table that had no primary key gets one on its columns: before."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


link = Table("link", Base.metadata, Column("tag_id", ForeignKey("tag.id"), nullable=False), Column("rank", Integer))
