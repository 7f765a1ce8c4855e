"""What an ALTER … RENAME calls an object now: a table, a column, a label of an enum, and so on. Pure."""

from bot.sqltext.words import unquoted, words_of


def new_name(sql: str, name: str) -> str:
    """What a statement renames `name` to; empty if it does not."""
    words = words_of(sql)
    lower = [word.lower() for word in words]
    if lower[:1] != ["alter"] or "rename" not in lower or lower[-2:-1] != ["to"]:
        return ""
    place = lower.index("rename")
    former = words[-3] if len(words) - place > 3 else words[place - 1]
    return _plain(words[-1]) if _plain(former) == name else ""


def _plain(word: str) -> str:
    return word[1:-1].replace("''", "'") if word.startswith("'") else unquoted(word)
