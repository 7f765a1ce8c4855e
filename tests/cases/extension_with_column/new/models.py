"""A column of an extension's type arrives with the extension: after."""

from sqlalchemy import DDL, event
from sqlalchemy.dialects.postgresql import CITEXT, HSTORE
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


event.listen(Base.metadata, "before_create", DDL("CREATE EXTENSION IF NOT EXISTS citext"))
event.listen(Base.metadata, "before_create", DDL("CREATE EXTENSION IF NOT EXISTS hstore"))


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(CITEXT, unique=True)
    extra: Mapped[dict[str, str] | None] = mapped_column(HSTORE)
