"""The words of SQL: what is neither blank nor comment. Pure."""

import re

from bot.sqltext.statements import tokens

Words = tuple[str, ...]
# The tokens of most SQL, which has neither blocks of comment nor dollars: a match for each word, and nothing between.
_PLAIN = re.compile(
    r"""
      --[^\n]* | \s+
    | ( [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | [^\W\d]\w* | . )
    """,
    re.DOTALL | re.VERBOSE,
)
_NO_NAMES = ("and", "or", "not", "is", "null", "true", "false", "in", "like", "between", "distinct", "from", "default")


def words_of(sql: str) -> Words:
    if "$" not in sql and "/*" not in sql:
        return tuple(filter(None, _PLAIN.findall(sql)))
    return tuple(text for kind, text, _ in tokens(sql) if kind not in ("space", "comment"))


def unquoted(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.lower()


def is_name(word: str) -> bool:
    return re.match(r'[\w"]', word) is not None and not word[0].isdigit() and word.lower() not in _NO_NAMES


def closing(words: Words, place: int) -> int:
    """The place of the parenthesis that closes the one at `place`; behind the last word where none does."""
    depth = 0
    for there in range(place, len(words)):
        depth += (words[there] == "(") - (words[there] == ")")
        if depth == 0:
            return there
    return len(words)
