"""Random values that are made once and given to all rows: `SET token = (SELECT gen_random_uuid())`.

Pure. In: the rows after the first upgrade and the second. Out: new columns with one value in all rows, another one each
time. The hour of the upgrade is the same for all by intent.
"""

from collections.abc import Iterator

from bot.migration.intent.expected_data import ExpectedData, Table
from bot.migration.planner.casts import family
from bot.migration.proof.losses import RowChange
from bot.migration.proof.rows import RowSnapshot
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot


def shared(
    first: RowSnapshot, again: RowSnapshot, old: Snapshot, migrated: Snapshot, expected: ExpectedData
) -> Iterator[RowChange]:
    """Columns that tables have gained, in which every row got what no other upgrade gives."""
    for key, attributes in migrated.of("column").items():
        column = key.schema, key.parent, key.name
        is_new = ObjectKey("column", *expected.old_column(column)) not in old.objects
        if is_new and family(str(attributes["type"])) != "moment":
            once, twice = (_values(rows, column[:2], key.name) for rows in (first, again))
            if len(once) > 1 and len({*once}) == len({*twice}) == 1 and once[0] is not None and once[0] not in twice:
                place = column[:2], key.name
                yield RowChange("one for all", "warning", *place, "upgrade", len(once), once[0], twice[0])


def _values(rows: RowSnapshot, table: Table, column: str) -> list[str | None]:
    there = rows.tables.get(table)
    if there is None or column not in there.columns:
        return []
    place = there.columns.index(column)
    return [row[place] for row in there.rows]
