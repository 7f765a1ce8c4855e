"""The words of SQL are the same, however they are found: most SQL is read in a faster way than the rest."""

from hypothesis import example, given
from hypothesis import strategies as st

from bot.sqltext.statements import tokens
from bot.sqltext.words import words_of

PIECES = (
    "'",
    "''",
    '"',
    '""',
    "e'",
    "E'",
    "\\",
    "\\'",
    "--",
    "\n",
    " ",
    "/",
    "*",
    "$",
    "$a$",
    "a",
    "É",
    "1",
    "_",
    "::",
    ";",
    "(",
)
sql = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=30).map("".join)


@given(sql)
@example("a--b\nc")
@example("E'\\'' 'it''s' \"a\"\"b\"")
@example("'never closed")
def test_words_are_the_tokens_that_are_neither_blank_nor_comment(text: str) -> None:
    assert words_of(text) == tuple(word for kind, word, _ in tokens(text) if kind not in ("space", "comment"))
