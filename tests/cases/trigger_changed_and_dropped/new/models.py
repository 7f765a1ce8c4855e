"""One trigger fires at another time, another is dropped: after."""

from sqlalchemy import DDL, event
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
    DDL("""CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"""),
)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE TRIGGER one BEFORE UPDATE OF name ON person FOR EACH ROW WHEN (NEW.name <> OLD.name) EXECUTE FUNCTION touch()"""),
)
