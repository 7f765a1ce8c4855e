"""Escapes untrusted text: for Markdown as GitHub renders it, and for terminals.

In: names, errors, sources of the project, which may hold anything. Out: text that shows what is there
and does nothing: no mention, link, HTML, image, closed fence, escape sequence or hidden direction.
"""

import re

# What cannot be seen, or moves something: control characters, marks that turn the reading direction ("Trojan
# Source", CVE-2021-42574), widthless ones, separators of lines, lone surrogates, private use.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
_MARKDOWN = re.compile(r"([\\`*_\[\]~$])")
# Not with a backslash: in a table's cell it would need two, of which not every reader makes the same.
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"})
_AT_START = re.compile(r"^([#>+=-]|\d+(?=[.)]))")
# GitHub links these wherever they stand in prose, also after a `_` or a digit, so that no word's edge is asked for,
# and makes pictures of `:names:`; a zero-width space after the first part keeps them text. So it keeps a `#` at the
# end of a heading.
_LIVE = re.compile(r"(@|#(?=\w|$)|GH-(?=\d)|www(?=\.)|(?:https?|ftp|mailto|xmpp)(?=:)|:(?=[\w+-]+:))", re.IGNORECASE)
_BREAK = "\N{ZERO WIDTH SPACE}"
_LONGEST = 20_000  # characters of a text that is to stand on one line


def visible(text: str) -> str:
    """Hidden characters as their code points; line ends and tabs stay."""
    return _HIDDEN.sub(lambda match: _code_point(ord(match[0])), text.replace("\r\n", "\n"))


def _code_point(number: int) -> str:
    return f"\\x{number:02x}" if number <= 0xFF else f"\\u{number:04x}"


def _cut(text: str) -> str:
    """With hidden characters made visible, cut if it would fill a comment by itself."""
    return visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def inline(text: str) -> str:
    """One line of prose: Markdown and HTML are shown as they are, nothing becomes a link or a mention."""
    flat = " ".join(_cut(text).split())
    escaped = _AT_START.sub(rf"{_BREAK}\1", _MARKDOWN.sub(r"\\\1", flat))
    return _LIVE.sub(rf"\1{_BREAK}", escaped).translate(_ENTITIES)


def prose(text: str) -> str:
    """A sentence with names in backticks: those become code spans, everything else is as in `inline`."""
    parts = " ".join(_cut(text).split()).split("`")
    if len(parts) % 2 == 0:
        return inline(text)
    return "".join(code(part) if index % 2 else _kept_blanks(part) for index, part in enumerate(parts))


def _kept_blanks(part: str) -> str:
    """`inline` of a part of a sentence, which may begin or end with a blank."""
    before, after = " " * part.startswith(" "), " " * (part.endswith(" ") and bool(part.strip()))
    return f"{before}{inline(part)}{after}"


def code(text: str) -> str:
    """A code span with as many backticks as it needs."""
    flat = _cut(text).replace("\n", " ").replace("\t", " ")
    if not flat.strip():
        return "` `" if flat else ""
    flat, ticks = _ticks(flat)
    edges = flat[0] + flat[-1]
    blank = " " if "`" in edges or edges == "  " else ""  # one blank on each side is not shown
    return f"{ticks}{blank}{flat}{blank}{ticks}"


def _ticks(text: str, least: int = 1) -> tuple[str, str]:
    """The text, and a run of backticks that is not in it; GitHub supports at most 80 in a row."""
    text = re.sub("`{70,}", "`````…", text)
    return text, "`" * max(least, max((len(run) for run in re.findall("`+", text)), default=0) + 1)


def cell(markdown: str) -> str:
    """Markdown for a table's cell: GitHub splits cells at bars, and drops the backslash before one, even in code."""
    return markdown.replace("\n", " ").replace("|", "\\|")


def fence(text: str, language: str = "") -> str:
    """A code block whose fence is longer than any run of backticks inside."""
    body, ticks = _ticks(visible(text).rstrip("\n"), 3)
    return f"{ticks}{language}\n{body}\n{ticks}"


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut at a line's end where there is one, saying how much is missing."""
    if len(text) <= most:
        return text
    kept = text[:most]
    if "\n" in kept:
        kept = kept.rpartition("\n")[0]
    return f"{kept}\n… {len(text) - len(kept):,} more characters"


def first_line(text: str, most: int = 160) -> str:
    """The first non-empty line, at most so many characters."""
    lines = text.strip().splitlines()
    line = lines[0].rstrip() if lines else ""
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def plain(text: str) -> str:
    """For a terminal: nothing moves the cursor, changes colours or hides."""
    return visible(text)


def listed(items: list[str], word: str = "and") -> str:
    """`a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}" if items else ""


def last_lines(text: str, most: int = 30) -> str:
    """The end of a log."""
    lines = text.strip("\n").split("\n")
    return "\n".join(lines if len(lines) <= most else ["…", *lines[-most:]])


def few(items: list[str], most: int) -> str:
    """`a, b and 7 more`."""
    return listed(items if len(items) <= most + 1 else [*items[:most], f"{len(items) - most} more"])
