"""A domain that a column uses gets another type below: before."""

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(DOMAIN("doc_code", String(10), check="VALUE <> ''", constraint_name="some"))
