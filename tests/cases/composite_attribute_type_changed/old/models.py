"""An attribute of a composite type that a column uses gets another type: before."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


event.listen(Base.metadata, "before_create", DDL("CREATE TYPE place AS (street varchar(20), number int)"))


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


event.listen(Base.metadata, "after_create", DDL("ALTER TABLE doc ADD COLUMN home place"))
