"""The first tables of a project that had none: before."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass
