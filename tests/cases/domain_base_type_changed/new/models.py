"""A domain that a column uses gets another type below: after."""

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(DOMAIN("doc_code", Text, check="VALUE <> ''", constraint_name="some"))
