"""An aggregate and a procedure are added: after."""

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
    DDL("""CREATE FUNCTION more(state bigint, value int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT state + value $$"""),
)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE AGGREGATE total(int) (SFUNC = more, STYPE = bigint, INITCOND = '0')"""),
)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE PROCEDURE clean(keep int) LANGUAGE sql AS $$ DELETE FROM doc WHERE id > keep $$"""),
)
