"""Row security is switched on, with a policy: after."""

from sqlalchemy import DDL, event, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    tenant: Mapped[int] = mapped_column(server_default=text("1"))


event.listen(Base.metadata, "after_create", DDL("ALTER TABLE person ENABLE ROW LEVEL SECURITY"))


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE POLICY own_tenant ON person FOR SELECT USING (tenant = current_setting('app.tenant', true)::int)"""),
)
