"""Changes of a table are logged with all columns, and a constraint trigger is added: after."""

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


event.listen(Base.metadata, "after_create", DDL("ALTER TABLE doc REPLICA IDENTITY FULL"))


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE CONSTRAINT TRIGGER later AFTER INSERT ON doc DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION stay()"""),
)
