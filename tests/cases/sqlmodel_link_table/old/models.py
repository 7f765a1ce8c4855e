"""SQLModel: a link table and a required column with a default: before."""


from sqlmodel import Field, SQLModel


Base = SQLModel


class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
