"""Tables partitioned by list and by hash are added: after."""

from sqlalchemy import DDL, String, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Keep(Base):
    __tablename__ = "keep"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(String(2), primary_key=True)
    __table_args__ = {"postgresql_partition_by": "LIST (region)"}


class Hit(Base):
    __tablename__ = "hit"
    id: Mapped[int] = mapped_column(primary_key=True)
    __table_args__ = {"postgresql_partition_by": "HASH (id)"}


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE TABLE orders_eu PARTITION OF orders FOR VALUES IN ('de', 'fr')"""),
)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE TABLE hit_0 PARTITION OF hit FOR VALUES WITH (MODULUS 1, REMAINDER 0)"""),
)
