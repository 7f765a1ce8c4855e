"""A statement that writes a table in its WITH and reads the table beside that: it reads what was there before."""

from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext.common_tables import written_and_read

CODE = "reads-before-it-writes"
CODES = {CODE: "A statement reads a table that its WITH writes, as it was before"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        for table in written_and_read(found.sql):
            yield found.warning(
                CODE,
                f"What the {found.direction} writes to {table.name} in a WITH is not read by the rest",
                detail=f"{found.quoted}: all parts of a statement see the tables as they were before it.",
                advice="Read what the WITH returns, or send two statements.",
            )
