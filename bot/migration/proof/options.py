"""What a round trip is asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.migration.intent.expected_data import ExpectedData
from bot.migration.planner.change import Column
from bot.migration.proof.seeding import Style
from bot.model import ObjectKey
from bot.schema.objects import Table


@dataclass(frozen=True)
class RoundTripOptions:
    """Where a round trip goes, and with which rows.

    `down_to` is the revision to go back to; `expected` says what authors want to become of the data; `given` are values
    that rows get in some columns, `edge_values` more of them in awkward rows; `style` is how awkward the rows are;
    `strict` ends the round trip at the first step that is not as it should be; `own` are the author's revisions, whose
    statements declare what becomes of rows. No row breaks what `without` names; `literals` are values of the author's
    statements, by column, and `mentioned` the words in them, `batch_size` how many
    rows they take at a time. `proposed` are the tables for which autogenerate proposed
    something on the database of base's models, None where it was not asked. With `only_near`,
    tables that the change cannot reach stay empty. `may_send` says that the author's revisions may send statements of
    their own. With `loaded`, `env.py` has run on the rows before they count; `ordered` are names of columns that the
    author's statements order rows by.
    """

    down_to: str
    expected: ExpectedData = field(default_factory=ExpectedData)
    given: Mapping[Column, list[str]] = field(default_factory=dict)
    edge_values: Mapping[Column, list[str]] = field(default_factory=dict)
    style: Style = "awkward"
    downgrade: bool = True
    strict: bool = False
    own: frozenset[str] = frozenset()
    without: frozenset[ObjectKey] = frozenset()
    literals: Mapping[str, list[str]] = field(default_factory=dict)
    mentioned: frozenset[str] = frozenset()
    proposed: frozenset[Table] | None = None
    only_near: bool = False
    batch_size: int = 0
    may_send: bool = False
    loaded: bool = False
    ordered: frozenset[str] = frozenset()
