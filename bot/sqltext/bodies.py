"""The SQL that statements run besides themselves: the body of a DO block, and of routines that they make and call.

Pure. In: statements. Out: words.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.sqltext.words import Words, unquoted, words_of


def running(statements: Iterable[str]) -> Iterator[tuple[str, Words]]:
    """Each statement with its words, then with those of a body that runs."""
    known = [(sql, words_of(sql)) for sql in statements]
    called = {name for _, words in known if not _makes(words) for name in _calls(words)}
    for sql, words in known:
        yield sql, words
        if _is_block(words) or _made(words) in called:
            yield from ((sql, body) for body in _bodies(words))


def _is_block(words: Words) -> bool:
    return words[:1] != () and words[0].lower() == "do"


def _calls(words: Words) -> Iterator[str]:
    for part in (words, *(_bodies(words) if _is_block(words) else ())):
        yield from (unquoted(word) for word, after in pairwise(part) if after == "(")


def _makes(words: Words) -> bool:
    return words[:1] != () and words[0].lower() == "create"


def _made(words: Words) -> str:
    """The name of the routine that a statement creates, without its schema; empty if it creates none."""
    for place, word in enumerate(words[:5] if _makes(words) else ()):
        if word.lower() in ("function", "procedure"):
            name = words[place + 1 : words.index("(") if "(" in words else place + 1]
            return unquoted(name[-1]) if name else ""
    return ""


def _bodies(words: Words) -> Iterator[Words]:
    for word in words:
        if word.startswith("$") and len(word) > 1:
            length = word.index("$", 1) + 1
            yield words_of(word[length:-length])
        elif word.startswith("'"):
            yield words_of(word[1:-1].replace("''", "'"))
