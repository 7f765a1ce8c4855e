"""A column in a key, an index, a check and a unique constraint gets another name: before."""

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Stock(Base):
    __tablename__ = "stock"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int]
    __table_args__ = (
        CheckConstraint("amount >= 0", name="ck_stock_amount"),
        UniqueConstraint("code", "amount", name="uq_stock_code_amount"),
        Index("ix_stock_amount", "amount", postgresql_where=text("amount > 0")),
    )
