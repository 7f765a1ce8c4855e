"""A schema as plain data: what models can declare, and what changes are made on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """A foreign key to another table's key; `table` is its number in order of creation, which no rename changes."""

    table: int
    ondelete: str = ""
    deferrable: bool = False


@dataclass(frozen=True)
class Column:
    """`type` is an expression of SQLAlchemy, or `enum N`; `default` and `computed` are SQL, with `{n}` for names."""

    name: str
    type: str
    nullable: bool = True
    default: str = ""
    comment: str = ""
    identity: str = ""
    computed: str = ""
    reference: Reference | None = None


@dataclass(frozen=True)
class Check:
    """`sql` has `{}` where the column's name is to be."""

    name: str
    column: str
    sql: str


@dataclass(frozen=True)
class Unique:
    """`one_null` is NULLS NOT DISTINCT."""

    name: str
    columns: tuple[str, ...]
    deferrable: bool = False
    one_null: bool = False


@dataclass(frozen=True)
class Index:
    """`expression` and `where` have `{}` where the first column's name is to be."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    expression: str = ""
    where: str = ""
    method: str = ""
    include: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """`number` names the table for references; `schema` is empty for `public`."""

    number: int
    name: str
    schema: str
    columns: tuple[Column, ...]
    primary: tuple[str, ...]
    checks: tuple[Check, ...] = ()
    uniques: tuple[Unique, ...] = ()
    indexes: tuple[Index, ...] = ()
    comment: str = ""

    @property
    def path(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True)
class Enum:
    number: int
    name: str
    labels: tuple[str, ...]
    schema: str = ""


@dataclass(frozen=True)
class Sequence:
    name: str
    start: int = 1
    increment: int = 1


@dataclass(frozen=True)
class Schema:
    tables: tuple[Table, ...]
    enums: tuple[Enum, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    convention: bool = False

    def table(self, number: int) -> Table | None:
        return next((table for table in self.tables if table.number == number), None)
