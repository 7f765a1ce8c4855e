"""Changes of a table are logged with all columns, and a constraint trigger is added: before."""

from sqlalchemy import DDL, Text, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"""),
)
