"""A column is stored uncompressed and gets more statistics: after."""

from sqlalchemy import DDL, Text, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)


event.listen(Base.metadata, "after_create", DDL("ALTER TABLE doc ALTER COLUMN body SET STORAGE EXTERNAL"))


event.listen(Base.metadata, "after_create", DDL("ALTER TABLE doc ALTER COLUMN body SET STATISTICS 500"))
