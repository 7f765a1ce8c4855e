"""Names of a catalog in Mermaid's diagrams and in tables of plain text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.report.layout import alike
from bot.schema.describe import describe_table
from bot.schema.diagram import diagram, is_diagram
from bot.schema.snapshots import Snapshot
from tests.properties import hostile
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


@given(catalogs())
def test_every_diagram_is_one_and_holds_words_only(made: tuple[Snapshot, str]) -> None:
    found = diagram(made[0], [("public", made[1])])
    assert is_diagram(found)
    assert not re.search(r"[<>&`#%;\\$@:/\x00-\x09\x0b-\x1f]", re.sub(r'" : "', "", found))


@given(hostile.texts)
def test_no_other_diagram_is_drawn(text: str) -> None:
    """Mermaid has links, styles and HTML labels: none of them is in what passes."""
    for source in (
        text,
        f"erDiagram\n{text}",
        f'erDiagram\n    "{text}"',
        f'erDiagram\n    "a" {{\n        {text}\n    }}',
    ):
        assert not is_diagram(source) or not re.search(r"[<>&`#%;\\$@/]|click|://", source.replace("(changed)", ""))


@given(catalogs())
def test_a_table_in_plain_text_has_the_lines_that_the_bot_wrote(made: tuple[Snapshot, str]) -> None:
    described = describe_table(made[0], "public", made[1])
    lines = described.split("\n")
    assert lines == described.splitlines()
    assert all(line.startswith(BEGINNINGS) for line in lines)
    assert lines[0].startswith("Table ")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", described)


@given(catalogs(), catalogs())
def test_two_views_laid_out_alike_say_what_they_said(one: tuple[Snapshot, str], two: tuple[Snapshot, str]) -> None:
    views = [describe_table(made, "public", name) for made, name in (one, two)]
    for before, after in zip(views, alike(*views), strict=True):
        assert _words(before) == _words(after)


def _words(view: str) -> list[str]:
    """All that is no rule, blank or bar; headings may be more than there were."""
    title, _, *lines = view.split("\n")
    return [title, *re.findall(r"[^\s|+-]+", "\n".join(lines))]
