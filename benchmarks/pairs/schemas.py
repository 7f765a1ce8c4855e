"""Whole schemas by chance."""

from dataclasses import replace

from hypothesis import strategies as st

from benchmarks.pairs.columns import COMMENTS, COMPUTED, KEYS, LABELS, METHODS, NAMES, TABLES, columns, kind_of
from benchmarks.pairs.shape import Check, Column, Enum, Index, Reference, Schema, Sequence, Table, Unique
from benchmarks.pairs.source import quoted

_SCHEMAS = ["", "", "", "shop", "Big Store"]


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """One to four tables with what hangs on them."""
    labels = st.lists(st.sampled_from(LABELS), min_size=1, max_size=4, unique=True).map(tuple)
    names = draw(st.lists(st.sampled_from(["mood", "Status", "two moods"]), max_size=2, unique=True))
    enums = tuple(Enum(n, name, draw(labels), draw(st.sampled_from(_SCHEMAS))) for n, name in enumerate(names))
    made: list[Table] = []
    for number, name in enumerate(draw(st.lists(st.sampled_from(TABLES), min_size=1, max_size=4, unique=True))):
        made.append(draw(tables(number, name, tuple(made), enums)))
    sequences = tuple(
        Sequence(f"numbers_{n}", draw(st.sampled_from([1, 1000])), draw(st.sampled_from([1, 10])))
        for n in range(draw(st.sampled_from([0, 0, 0, 1])))
    )
    return Schema(tuple(made), enums, sequences, draw(st.booleans()))


@st.composite
def tables(draw: st.DrawFn, number: int, name: str, others: tuple[Table, ...], enums: tuple[Enum, ...]) -> Table:
    """A table with a key and one to six further columns."""
    kind = draw(st.sampled_from(KEYS))
    identity = draw(st.sampled_from(["", "always", "by default", "serial"])) if "Integer" in kind else ""
    key = Column("id", kind, False, identity=identity)
    fields = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
    made = Table(
        number,
        name,
        draw(st.sampled_from(_SCHEMAS)),
        (key, *(draw(columns(field, enums)) for field in fields)),
        ("id",),
        comment=draw(st.sampled_from(COMMENTS)),
    )
    for add in draw(st.lists(st.sampled_from(ADDITIONS), max_size=4)):
        made = add(draw, made, others)
    return made


def free(table: Table, stem: str) -> str:
    """A name that nothing of the table has."""
    taken = {column.name for column in table.columns} | {check.name for check in table.checks}
    taken |= {unique.name for unique in table.uniques} | {index.name for index in table.indexes}
    names = [f"{stem}_{table.number}", *(f"{stem}_{table.number}_{n}" for n in range(9))]
    return next(name for name in names if name not in taken)


def add_reference(draw: st.DrawFn, table: Table, others: tuple[Table, ...]) -> Table:
    """A foreign key to another table, or the table itself."""
    # SQLAlchemy splits names at dots.
    targets = [other for other in (*others, table) if "." not in other.name and len(other.primary) == 1]
    if not targets:
        return table
    target = draw(st.sampled_from(targets))
    ondelete = draw(st.sampled_from(["", "CASCADE", "SET NULL"]))
    reference = Reference(target.number, ondelete, draw(st.booleans()))
    name = free(table, f"t{target.number}_id")
    return replace(table, columns=(*table.columns, Column(name, target.columns[0].type, reference=reference)))


def add_check(draw: st.DrawFn, table: Table, _others: tuple[Table, ...]) -> Table:
    """A condition that ordinary rows pass."""
    choices = [(column.name, sql) for column in table.columns[1:] for sql in kind_of(column).checks]
    if not choices:
        return table
    column, sql = draw(st.sampled_from(choices))
    return replace(table, checks=(*table.checks, Check(free(table, "ck"), column, sql)))


def add_unique(draw: st.DrawFn, table: Table, _others: tuple[Table, ...]) -> Table:
    """A constraint on one or two columns."""
    names = [column.name for column in table.columns[1:] if _is_comparable(column) and not column.reference]
    taken = {unique.columns for unique in table.uniques}
    if not names:
        return table
    chosen = tuple(draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)))
    if chosen in taken:
        return table
    made = Unique(free(table, "uq"), chosen, draw(st.booleans()), draw(st.integers(0, 3)) == 0)
    return replace(table, uniques=(*table.uniques, made))


def add_key_column(draw: st.DrawFn, table: Table, _others: tuple[Table, ...]) -> Table:
    """The key is of two columns now, or of one again."""
    if len(table.primary) > 1:
        return replace(table, primary=table.primary[:1])
    if any(column.reference and column.reference.table == table.number for column in table.columns):
        return table
    names = [column.name for column in table.columns[1:] if _is_comparable(column) and not column.reference]
    return replace(table, primary=(*table.primary, draw(st.sampled_from(names)))) if names else table


def add_index(draw: st.DrawFn, table: Table, _others: tuple[Table, ...]) -> Table:
    """A plain, unique, partial, covering index, or one on an expression."""
    choices = [column for column in table.columns if kind_of(column).ordered and not column.computed]
    column = draw(st.sampled_from(choices))
    form = draw(st.sampled_from(["plain", "unique", "partial", "expression", "covering", "method"]))
    kind, name = kind_of(column), free(table, "ix")
    made = Index(name, (column.name,))
    if form == "unique" and kind.distinct and not column.reference:
        made = replace(made, unique=True)
    elif form == "partial":
        made = replace(made, where="{} IS NOT NULL")
    elif form == "expression" and kind.expression:
        made = replace(made, expression=kind.expression)
    elif form == "covering" and len(table.columns) > 1:
        made = replace(made, include=(table.columns[1].name,))
    elif form == "method":
        made = replace(made, method=METHODS.get(column.type, ""))
    return replace(table, indexes=(*table.indexes, made))


def add_computed(draw: st.DrawFn, table: Table, _others: tuple[Table, ...]) -> Table:
    """A column that is computed from another one."""
    sources = [column for column in table.columns if column.type in COMPUTED and not column.computed]
    if not sources:
        return table
    source = draw(st.sampled_from(sources))
    computed = COMPUTED[source.type].replace("{}", quoted(source.name))
    return replace(table, columns=(*table.columns, Column(free(table, "computed"), source.type, computed=computed)))


def _is_comparable(column: Column) -> bool:
    return kind_of(column).distinct and kind_of(column).ordered and not column.computed


ADDITIONS = [add_reference, add_check, add_unique, add_index, add_computed, add_key_column]
