"""Comments on a view, an index, a constraint, a type and a function: before."""

from sqlalchemy import CheckConstraint, DDL, Enum, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(Enum("a", "b", name="doc_kind"))
    __table_args__ = (CheckConstraint("name <> ''", name="ck_doc"),)


event.listen(Base.metadata, "after_create", DDL("CREATE VIEW docs AS SELECT id FROM doc"))
