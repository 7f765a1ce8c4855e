"""The upgrade on as many rows as are asked for, in databases of its own, after the proof.

In: a testbed, the facts of the migration's statements, how many rows the tables have. Out: seconds, measured and
foretold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.errors import ProjectError
from bot.migration.intent.expected_data import ExpectedData
from bot.migration.proof import restrictions
from bot.migration.scale.extrapolation import Foretold, Same, foretell
from bot.migration.scale.filling import Filling
from bot.migration.testbed.testbed import Testbed
from bot.migration.trace.relations import Relation
from bot.migration.trace.replay import StatementFacts
from bot.model import ObjectKey
from bot.project.client.client import RanStatement
from bot.schema.objects import Table, partitioned
from bot.schema.table_order import creation_order
from bot.sqltext.statements import tokens
from bot.system.timing import span

SHARES = (0.25, 0.5, 1.0)  # of the rows, for which is measured
USUAL = 200_000  # rows, where only the real sizes are given


@dataclass(frozen=True)
class Wanted:
    """`rows` are those of the largest table that is measured; `sizes` are the real numbers of rows, where known."""

    rows: int
    sizes: Mapping[Table, int] = field(default_factory=dict)

    def real(self, tables: Sequence[Table]) -> dict[Table, int]:
        """A table of which no size is known is taken to be as large as the largest."""
        known = [self.sizes[table] for table in tables if table in self.sizes]
        most = max(known, default=self.rows)
        return {table: self.sizes.get(table, most) for table in tables}


@dataclass(frozen=True)
class Measured:
    """`rows` are those of the largest table in each run, `wanted` its real number; `tables` have what they got in the
    last run, and their real number; `few` are tables whose rows could not be multiplied; `stopped` is what ended it."""

    rows: tuple[int, ...]
    wanted: int
    tables: Mapping[Table, tuple[int, int]]
    few: tuple[Table, ...]
    statements: Mapping[Same, Foretold]
    stopped: str = ""


@span("scale")
def measure(
    testbed: Testbed,
    expected: ExpectedData,
    facts: Sequence[StatementFacts],
    wanted: Wanted,
    log: Callable[[str], None],
) -> Measured | None:
    """None where the upgrade touches no table that was there before."""
    tables = touched(testbed, facts)
    if not tables:
        return None
    real = wanted.real(tables)
    largest = max(*real.values(), 1)
    most = min(wanted.rows, largest)
    restricted = restrictions.find(testbed.old, testbed.target, expected.new_column)
    rows: list[int] = []
    runs: list[list[RanStatement]] = []
    there, stopped = dict.fromkeys(tables, 0), ""
    with testbed.copy("scale") as name:
        filling = Filling(testbed, name, restricted, log)
        filling.begin(tables)
        for count in [max(round(most * share), 1) for share in SHARES]:
            there = filling.fill({table: max(round(real[table] * count / largest), 1) for table in tables})
            log(f"upgrading with {count:,} rows")
            try:
                runs.append(_upgraded(testbed, name))
            except ProjectError as error:
                stopped = f"with {count:,} rows: {error.message}"
                break
            rows.append(count)
    return Measured(
        rows=tuple(rows),
        wanted=largest,
        tables={table: (there[table], real[table]) for table in tables},
        few=tuple(filling.few),
        statements=foretell(rows, runs, largest) if runs else {},
        stopped=stopped,
    )


def _upgraded(testbed: Testbed, name: str) -> list[RanStatement]:
    with testbed.copy("scaled", template=name) as copy:
        return testbed.worker.upgrade(testbed.address(copy), "heads").statements


def touched(testbed: Testbed, facts: Sequence[StatementFacts]) -> list[Table]:
    """The tables that statements locked, or that are spoken of where that was not observed; parents first."""
    known = {(key.schema, key.name) for key, a in testbed.old.of("table").items() if a.get("kind") != "f"}
    found = {_root(testbed, relation) for s in facts for relation in (*s.taken, *s.held, *s.written, *s.scanned)}
    for statement in facts:
        if not statement.observed:
            words = {text.strip('"') for _, text, _ in tokens(statement.sql)}
            found |= {table for table in known if table[1] in words}
    there = found & known
    # By the new keys, as well as they fit: a new foreign key wants rows of its parent.
    kept = [table for table in there if _key(table) in testbed.target.objects]
    return [*creation_order(testbed.old, list(there - set(kept))), *creation_order(testbed.target, kept)]


def _key(table: Table) -> ObjectKey:
    return ObjectKey("table", table[0], "", table[1])


def _root(testbed: Testbed, relation: Relation) -> Table:
    """Rows of a partition come by way of the whole table."""
    table = relation.table
    while (parent := partitioned(testbed.old.objects.get(_key(table), {}))) is not None:
        table = parent
    return table
