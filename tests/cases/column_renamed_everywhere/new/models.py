"""A column in a key, an index, a check and a unique constraint gets another name: after."""

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Stock(Base):
    __tablename__ = "stock"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[int]
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="ck_stock_quantity"),
        UniqueConstraint("code", "quantity", name="uq_stock_code_quantity"),
        Index("ix_stock_quantity", "quantity", postgresql_where=text("quantity > 0")),
    )
