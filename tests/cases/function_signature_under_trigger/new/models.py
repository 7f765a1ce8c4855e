"""The trigger function of a table is replaced by another of another name: after."""

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
    DDL("""CREATE FUNCTION check_new() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"""),
)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE TRIGGER checked BEFORE INSERT ON doc FOR EACH ROW EXECUTE FUNCTION check_new()"""),
)
