"""Whether a piece of SQL stays in its place: one expression, with nothing of the statement around it.

Pure. An answer such as `0 WHERE false; DELETE FROM job` would be read as part of the `UPDATE` that it is put into.
"""

import re

from bot.sqltext.statements import tokens

_CLOSING = {")": "(", "]": "["}
_CLAUSES = {"where", "returning", "from", "set", "using"}  # what may follow an expression in UPDATE and ALTER TABLE


_VALUE = re.compile(r"(?:-?[\d.]+|'(?:[^']|'')*'|\w+)(?:::[\w.]+)?")
_CALL = re.compile(r"[\w.]*\(.*\)(?:::[\w.]+)?", re.DOTALL)


def enclosed(sql: str) -> str:
    """An expression as it can stand in a statement: in parentheses, unless it is one value, one call or has some."""
    sql = sql.strip()
    plain = _VALUE.fullmatch(sql) or (_CALL.fullmatch(sql) and _closes_last(sql))
    return sql if plain else f"({sql})"


def bare(sql: str) -> str:
    """An expression as it can stand in a sentence: without the parentheses that the server puts around the whole."""
    sql = sql.strip()
    return sql[1:-1].strip() if sql.startswith("(") and sql.endswith(")") and _closes_last(sql) else sql


def _closes_last(sql: str) -> bool:
    """Whether the first parenthesis is closed by the last one."""
    depth, closed = 0, False
    for _, text, _ in tokens(sql):
        if closed and text == "(":
            return False
        depth += {"(": 1, ")": -1}.get(text, 0)
        closed = closed or (text == ")" and depth == 0)
    return closed and depth == 0


def beyond(sql: str) -> str:
    """What in `sql` leads out of an expression, in words; `""` when nothing does.

    Whether it is an expression at all, and one that fits, is for the server to say.
    """
    opened: list[str] = []
    before = ""
    for kind, text, _ in tokens(sql):
        word = text.lower()
        if kind == "comment":
            return "a comment"
        if kind == "other" and text in "'\"":
            return "a quote that does not end"
        if kind == "other" and text in "([":
            opened.append(text)
        elif text in _CLOSING and (not opened or opened.pop() != _CLOSING[text]):
            return f"{text} without its beginning"
        if text == ";" or (text == "," and not opened):
            return "a semicolon" if text == ";" else "a comma"
        # IS DISTINCT FROM is an operator.
        if kind == "word" and word in _CLAUSES and not opened and (before, word) != ("distinct", "from"):
            return text.upper()
        before = word if kind != "space" else before
    return f"{opened[-1]} without its end" if opened else ""
