"""An association table gets a key of its own and attributes: after."""

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Link(Base):
    __tablename__ = "link"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    weight: Mapped[int] = mapped_column(server_default=text("1"))
    __table_args__ = (UniqueConstraint("post_id", "other_id"),)
