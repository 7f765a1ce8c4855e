"""A table that a view, a trigger and a function name gets another name: before."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


event.listen(Base.metadata, "after_create", DDL("CREATE VIEW docs AS SELECT id, name FROM doc"))


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE FUNCTION count_them() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM doc $$"""),
)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"""),
)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE TRIGGER stays BEFORE UPDATE ON doc FOR EACH ROW EXECUTE FUNCTION stay()"""),
)
