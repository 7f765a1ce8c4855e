"""A table gets another name, and a new table takes its old one: after."""

import datetime
import uuid

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class LegacyUser(Base):
    __tablename__ = "legacy_users"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str]
    born: Mapped[datetime.date | None]


class User(Base):
    __tablename__ = "users"
    key: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
