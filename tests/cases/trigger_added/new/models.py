"""A trigger and its function are added: after."""

import datetime

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    changed: Mapped[datetime.datetime | None]


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.changed := now();
    RETURN NEW;
  END
  $$"""),
)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE TRIGGER person_touch BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION touch()"""),
)
