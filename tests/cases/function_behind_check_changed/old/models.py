"""A function that a check uses changes what it does: before."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE FUNCTION good(n int) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT n > 0 $$"""),
)


event.listen(Base.metadata, "after_create", DDL("ALTER TABLE doc ADD CONSTRAINT ck_good CHECK (good(size))"))
