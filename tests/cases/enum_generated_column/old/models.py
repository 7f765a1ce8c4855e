"""A label is added to an enum that a generated column compares: before."""

from sqlalchemy import Computed, Enum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Enum("a", "b", name="doc_kind"))
    is_a: Mapped[bool] = mapped_column(Computed("kind = 'a'::doc_kind", persisted=True))
