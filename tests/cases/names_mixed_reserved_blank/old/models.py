"""Names in mixed case, reserved words, blanks, quotes and percent signs: before."""

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "Order"
    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column("User")
