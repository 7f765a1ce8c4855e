"""A function takes another argument and gives another type: after."""

from sqlalchemy import DDL, event, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE FUNCTION greet(who text, loud boolean DEFAULT false) RETURNS varchar LANGUAGE sql IMMUTABLE
  AS $$ SELECT 'hello: ' || who || CASE WHEN loud THEN '!' ELSE '' END $$"""),
)
