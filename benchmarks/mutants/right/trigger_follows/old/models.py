"""A column gets another name, and the function of a trigger that fills it follows: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "note",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text),
    sa.Column("changed", sa.DateTime(timezone=True)),
)

sa.event.listen(
    Base.metadata,
    "after_create",
    sa.DDL("""CREATE OR REPLACE FUNCTION note_touched() RETURNS trigger LANGUAGE plpgsql AS
 $$ BEGIN NEW.changed = now(); RETURN NEW; END $$"""),
)

sa.event.listen(
    Base.metadata,
    "after_create",
    sa.DDL("""CREATE TRIGGER note_touched BEFORE UPDATE ON note FOR EACH ROW EXECUTE FUNCTION note_touched()"""),
)
