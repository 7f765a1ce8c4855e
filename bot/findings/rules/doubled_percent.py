"""A percent sign that somebody doubled for the driver: neither Alembic nor SQLAlchemy makes one of the two."""

import re
from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Where
from bot.sqltext.dml import writes_rows
from bot.sqltext.words import words_of

CODE = "doubled-percent"
CODES = {CODE: "A text is written with two percent signs"}
_FORMATS = re.compile(r"\b(format|i?like|to_char)\b", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.project.migrations:
        for statement in migration.statements if migration.origin == "pull_request" else ():
            texts = [word for word in words_of(statement.sql) if word.startswith("'") and "%%" in word]
            if texts and writes_rows(statement.sql) and not _FORMATS.search(statement.sql):
                yield Finding(
                    code=CODE,
                    severity="warning",
                    title=f"Rows get two percent signs: {texts[0][:60]}",
                    detail=f"`{statement.sql[:200]}` is sent as it stands.",
                    advice="Write one: what needs to be doubled for a driver, SQLAlchemy doubles.",
                    where=Where(path=migration.path, line=statement.line),
                )
