"""Names of a database's objects in the author's answers: `table.column`, `"a table".column`, `old=new`.

A part of a name is in double quotes where it would be read as something else without them; capital letters need none.
"""

import re

# Without a way back (`*+`, `++`): quotes in plenty would be tried in every grouping there is.
_QUOTED = r'"(?:[^"]|"")*+"'
_PART = re.compile(rf'((?:{_QUOTED}|[^".])++)(?:\.|$)')
_ANSWER = re.compile(rf'\s*((?:{_QUOTED}|[^"=])++)=(.*)', re.DOTALL)
_WORD = re.compile(rf'((?:{_QUOTED}|[^\s"])++)(?:\s+(.*))?')


def dotted(*names: str) -> str:
    """A name as people write it, without `public`."""
    return ".".join(written(name) for position, name in enumerate(names) if name and (position or name != "public"))


def written(name: str) -> str:
    """One part of a name."""
    return '"' + name.replace('"', '""') + '"' if re.search(r'[\s."=]', name) else name


def parts(text: str) -> list[str]:
    """A dotted name in its parts; double quotes keep dots together."""
    words = _PART.findall(text) or [text]
    return [re.sub(rf"{_QUOTED}", lambda match: match[0][1:-1].replace('""', '"'), word) for word in words]


def answer(text: str) -> tuple[str, str] | None:
    """The name and what follows its `=`; None where there is no name or no `=`."""
    match = _ANSWER.fullmatch(text)
    return (match[1].strip(), match[2].strip()) if match and match[1].strip() else None


def first(text: str) -> tuple[str, str] | None:
    """The first name of a line, and what follows it after blanks; None for quotes that do not close."""
    match = _WORD.fullmatch(text)
    return (match[1], (match[2] or "").strip()) if match else None
