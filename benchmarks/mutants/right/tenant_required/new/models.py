"""Rows belong to a tenant, which is that of their owner: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "tenant",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
)

sa.Table(
    "owner",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("tenant_id", sa.ForeignKey("tenant.id"), nullable=False),
)

sa.Table(
    "file",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("owner_id", sa.ForeignKey("owner.id"), nullable=False),
    sa.Column("tenant_id", sa.ForeignKey("tenant.id", name="file_tenant"), nullable=False, index=True),
)
