"""A check that old rows violate is added as NOT VALID: after."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]


event.listen(
    Base.metadata,
    "after_create",
    DDL("""ALTER TABLE item ADD CONSTRAINT ck_item_size CHECK (size > 0) NOT VALID"""),
)
