"""Everything but one table goes: before."""

from sqlalchemy import DDL, Enum, ForeignKey, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Keep(Base):
    __tablename__ = "keep"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Role(Base):
    __tablename__ = "role"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Enum("read", "write", name="role_kind"))


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), index=True)
    boss_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE VIEW bosses AS SELECT id FROM users WHERE boss_id IS NULL"""),
)
