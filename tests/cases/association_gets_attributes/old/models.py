"""An association table gets a key of its own and attributes: before."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Link(Base):
    __tablename__ = "link"
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
