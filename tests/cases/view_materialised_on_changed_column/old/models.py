"""A materialised view with an index reads a column whose type changes: before."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Sale(Base):
    __tablename__ = "sale"
    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE MATERIALIZED VIEW sums AS SELECT id %% 10 AS bucket, sum(amount) AS total FROM sale GROUP BY 1"""),
)


event.listen(Base.metadata, "after_create", DDL("CREATE UNIQUE INDEX ix_sums ON sums (bucket)"))
