"""Patterns of dates and times, as to_char and strftime take them: letters that contradict each other. Pure."""

import re
from collections.abc import Iterator

from bot.sqltext.words import words_of

_FUNCTIONS = {"to_char", "to_date", "to_timestamp"}
_QUOTED = re.compile(r'"[^"]*"')
# The longest first, as the server reads them.
_LETTERS = re.compile(
    r"HH24|HH12|HH|MI|SSSSS|SSSS|SS|MS|US|FF[1-6]|[AP]\.?M\.?|IYYY|IYY|IY|Y,YYY|YYYY|YYY|YY|IW|WW|ID|IDDD|DDD|DD|MONTH"
    r"|MON|MM|DAY|DY|TZH|TZM|TZ|OF|CC|RM|Q|J|D|W|Y|I",
    re.IGNORECASE,
)
_CODES = re.compile(r"%[-_0^#]?([A-Za-z%])")


def in_sql(sql: str) -> Iterator[tuple[str, str]]:
    """Each pattern that is not right, with what is wrong with it."""
    words = words_of(sql)
    for place, word in enumerate(words):
        if word.lower() in _FUNCTIONS and words[place + 1 : place + 2] == ("(",):
            pattern = _last_text(words[place + 1 :])
            letters = [found.upper().replace(".", "") for found in _LETTERS.findall(_QUOTED.sub("", pattern))]
            said = _said(letters)
            if said:
                yield pattern, said


def of_python(pattern: str) -> str:
    """What is wrong with a pattern of strftime or strptime."""
    names = {"H": "HH24", "I": "HH12", "M": "MI", "S": "SS", "m": "MM", "p": "AM", "Y": "YYYY", "G": "IYYY", "V": "IW"}
    return _said([names.get(code, code) for code in _CODES.findall(pattern)])


def _said(letters: list[str]) -> str:
    hours = next((place for place, letter in enumerate(letters) if letter.startswith("HH")), None)
    if hours is not None and letters[hours + 1 : hours + 2] == ["MM"]:
        return "the month stands where the minutes belong"
    if hours is not None and letters[hours] != "HH24" and not {"AM", "PM"} & {*letters}:
        return "hours go to twelve, without AM or PM"
    if "MI" in letters and hours is None and not {"SS", "SSSS", "SSSSS"} & {*letters}:
        return "minutes stand without their hour: the month is MM, and %m in Python"
    if {"IW", "ID", "IDDD"} & {*letters} and {"YYYY", "YYY", "YY", "Y,YYY"} & {*letters}:
        return "the ISO week stands beside the year of the calendar: around New Year they do not go together"
    if {"IYYY", "IYY", "IY"} & {*letters} and {"MM", "MON", "MONTH", "WW", "DDD", "DD"} & {*letters}:
        return "the year of the ISO week stands beside parts of the calendar: around New Year they do not go together"
    return ""


def _last_text(words: tuple[str, ...]) -> str:
    """The last argument of a call, where it is a literal."""
    depth = 0
    for place, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0:
            last = words[place - 1]
            return last[1:-1] if last.startswith("'") else ""
    return ""
