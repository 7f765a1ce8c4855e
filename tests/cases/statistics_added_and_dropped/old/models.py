"""Extended statistics are added, others are dropped: before."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    a: Mapped[int]
    b: Mapped[int]
    c: Mapped[int]


event.listen(Base.metadata, "after_create", DDL("CREATE STATISTICS doc_ab (ndistinct) ON a, b FROM doc"))
