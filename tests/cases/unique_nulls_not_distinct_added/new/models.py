"""A unique constraint that counts NULLs as equal is added: after."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    tenant: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("email", "tenant", name="uq_users_email", postgresql_nulls_not_distinct=True),
    )
