"""The type of a column changes that a policy, a trigger, a check and indexes read: before."""

from sqlalchemy import CheckConstraint, DDL, Index, event, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"""),
)


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner: Mapped[int]
    __table_args__ = (
        Index("ix_doc_owner", text("(owner + 1)"), postgresql_where=text("owner > 7")),
        CheckConstraint("owner > 0", name="ck_doc"),
    )


event.listen(Base.metadata, "after_create", DDL("CREATE POLICY own ON doc USING (owner = 1)"))


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE TRIGGER doc_owner BEFORE UPDATE ON doc FOR EACH ROW WHEN (NEW.owner <> OLD.owner) EXECUTE FUNCTION stay()"""),
)


event.listen(Base.metadata, "after_create", DDL("CREATE STATISTICS doc_stats ON name, owner FROM doc"))
