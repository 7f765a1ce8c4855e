"""Names of a catalog in Mermaid's diagrams and in tables of plain text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Difference
from bot.report.mermaid import drawing
from bot.report.table_text import before_and_after
from bot.report.views import TableChange
from bot.schema.describe import describe_table
from bot.schema.diagram import Diagram, diagram
from bot.schema.snapshots import Snapshot
from tests.properties import hostile, shapes
from tests.support.diagrams import LINE
from tests.support.snapshots import column, foreign_key, key, snapshot, table

BEGINNINGS = (" ", "Table ", "-", "Indexes:", "Foreign-key constraints:", "Referenced by:", "Comment: ")
names = hostile.texts.filter(bool).map(lambda text: text[:63])


@st.composite
def catalogs(draw: st.DrawFn) -> tuple[Snapshot, str]:
    """Two tables, joined by a foreign key, and the name of the one that changed."""
    one, two, field, other, text = (draw(names) for _ in range(5))
    types = st.one_of(names, st.builds("{}({})[]".format, names, st.integers(0, 999)))
    objects = [
        table(one, comment=text),
        table(two),
        column(one, field, type=draw(types), default=text, comment=text, not_null=draw(st.booleans())),
        column(one, other, type=draw(types), generated=text, position=2),
        key(one, text, [field], draw(st.sampled_from("pu"))),
        foreign_key(one, other, two, [other]),
    ]
    return snapshot(*objects), one


diagrams = st.one_of(shapes.of(Diagram), catalogs().map(lambda made: diagram(made[0], [_changed(made[1])])))


def _changed(name: str) -> Difference:
    return Difference(kind="table", schema="public", parent="", name=name, action="changed")


@given(diagrams)
def test_every_drawing_is_a_diagram_of_tables_and_holds_words_only(made: Diagram) -> None:
    """Mermaid has links, styles and HTML labels: whoever wrote the data, none of them is drawn."""
    found = drawing(made)
    assert [line for line in found.split("\n")[:-1] if not LINE.fullmatch(line)] == []
    assert not re.search(r"[<>&`#%;\\$@:/\x00-\x09\x0b-\x1f]", re.sub(r'" : "', "", found))


@given(catalogs())
def test_a_table_in_plain_text_has_the_lines_that_the_bot_wrote(made: tuple[Snapshot, str]) -> None:
    view = describe_table(made[0], "public", made[1])
    _, lines = before_and_after(TableChange(schema="public", name=made[1], before=None, after=view))
    described = "\n".join(lines)
    assert lines == described.splitlines()
    assert all(line.startswith(BEGINNINGS) for line in lines)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", described)
