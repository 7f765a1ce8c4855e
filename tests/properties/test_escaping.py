"""Each filter of the templates in each place that they use it in: the text is seen as it was, and does nothing."""

import re
from itertools import zip_longest

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.report.rendering import environment
from bot.report.text import cell, code, fence, inline, plain, prose, visible
from tests.properties import hostile
from tests.properties.page import CODE, LIVE, Page

ZERO_WIDTH = "\u200b"
PLACES = {
    "heading": "## ✅ {}\n\nafter",
    "paragraph": "{}\n\nafter",
    "sentence": "Before {} after.",
    "item": "- 💡 {}\n- after",
    "second line of an item": "- **x**\n  {}\n- after",
    "bold": "- ❌ **{}**\n- after",
    "small": "---\n<sub>{}<br>after</sub>",
    "cell": "| a | b |\n|---|---|\n| {} | x |\n| y | z |\n\nafter",
}
place = pytest.mark.parametrize("name", PLACES)
short = hostile.wild.map(lambda text: text[:1_000])
told = short.filter(lambda text: bool(_flat(text)))


def _tags(name: str) -> list[str]:
    return Page(PLACES[name].format("x")).tags


def _seen(name: str, markdown: str) -> tuple[Page, str]:
    """The page, and what of it stands where the text was put."""
    page = Page(PLACES[name].format(cell(markdown) if name == "cell" else markdown))
    assert not page.loose
    assert not page.other
    empty = Page(PLACES[name].format("\ue000")).prose
    before, _, after = empty.partition("\ue000")
    assert page.prose.startswith(before)
    assert page.prose.endswith(after)
    return page, page.prose[len(before) : len(page.prose) - len(after)]


def _in_code(text: str) -> str:
    """As it was, but for rows of backticks that no fence can be longer than."""
    return re.sub("`{70,}", "`````…", visible(text))


def _flat(text: str) -> str:
    return " ".join(visible(text).split())


def _letters(text: str) -> str:
    return re.sub(r"[\s`]", "", visible(text))


@place
@given(told)
@example("title ##")
@example(":octocat:")
def test_prose_is_seen_as_it_was(name: str, text: str) -> None:
    page, seen = _seen(name, inline(text))
    assert seen.replace(ZERO_WIDTH, "").strip() == _flat(text)
    assert page.tags == _tags(name)
    assert not LIVE.search(seen)


@place
@given(told)
@example(" a ")
@example("a\\|b")
@example("`")
@example("`" * 80 + "<b>@octocat")
def test_code_is_seen_as_it_was(name: str, text: str) -> None:
    page, seen = _seen(name, code(text))
    assert page.codes == [re.sub(r"[\n\t]", " ", _in_code(text))]
    assert seen.strip() == CODE
    assert [tag for tag in page.tags if tag != "code"] == _tags(name)


@place
@given(st.lists(told, min_size=1, max_size=3).map("`".join).filter(lambda text: bool(_letters(text))))
def test_sentences_with_code_do_nothing_more(name: str, text: str) -> None:
    page, seen = _seen(name, prose(text))
    assert [tag for tag in page.tags if tag != "code"] == _tags(name)
    assert not LIVE.search(seen)
    pieces = seen.replace(ZERO_WIDTH, "").split(CODE)
    everything = "".join(piece + code for piece, code in zip_longest(pieces, page.codes, fillvalue=""))
    assert _letters(everything) == _letters(text)


@given(short, st.sampled_from(["", "- x\n"]))
@example("`" * 300 + "\n<b>@octocat", "")
def test_blocks_are_seen_as_they_were(text: str, before: str) -> None:
    indent = environment().from_string("{{ text | indent(2, true) }}")
    block = fence(text, "text")
    markdown = f"{before}{indent.render(text=block)}\n\nafter" if before else f"{block}\n\nafter"
    page = Page(markdown)
    assert page.codes == [f"{_in_code(text).rstrip(chr(10))}\n"] or not visible(text).strip("\n")
    assert page.prose.replace(CODE, "").split() in (["after"], ["x", "after"])
    assert not page.loose


@given(short)
def test_names_in_a_summary_are_seen_as_they_were(text: str) -> None:
    template = environment().from_string(
        '{% import "macros.md.j2" as m %}{% call m.details("2: " ~ (text | code_html)) %}inside{% endcall %}'
    )
    page = Page(template.render(text=text))
    assert page.codes == [visible(text).replace("\n", " ")]
    assert page.tags == ["details", "summary", "code", "p"]
    assert not page.loose


@given(hostile.wild)
def test_a_terminal_only_shows(text: str) -> None:
    shown = plain(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    assert plain(shown) == shown
    shown.encode()
