"""A percent sign that somebody doubled for the driver: neither Alembic nor SQLAlchemy makes one of the two."""

import re
from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext.dml import writes_rows
from bot.sqltext.words import words_of

CODE = "doubled-percent"
CODES = {CODE: "A text is written with two percent signs"}
_FORMATS = re.compile(r"\b(format|i?like|to_char)\b", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        texts = [word for word in words_of(found.sql) if word.startswith("'") and "%%" in word]
        if texts and writes_rows(found.sql) and not _FORMATS.search(found.sql):
            yield found.warning(
                CODE,
                f"Rows get two percent signs: {texts[0][:60]}",
                detail=f"{found.quoted} is sent as it stands.",
                advice="Write one: what needs to be doubled for a driver, SQLAlchemy doubles.",
            )
