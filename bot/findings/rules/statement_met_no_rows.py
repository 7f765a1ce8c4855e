"""Statements of the author's that are there to change rows and met none: nothing is known of what they do."""

from collections import defaultdict
from collections.abc import Iterator

from bot.findings import loops
from bot.findings.authored import AuthoredStatement
from bot.findings.facts import Facts
from bot.model import Finding, Statement
from bot.sqltext.dml import has_parameters
from bot.sqltext.words import words_of

CODE = "statement-met-no-rows"
CODES = {CODE: "A statement that changes rows met none"}


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.authored if facts.with_rows else ():
        found = loops.of(facts, migration.path)
        met = {statement.sql for statement in migration.statements if statement.rows and _is_of_the_upgrade(statement)}
        unmet: dict[int | None, list[Statement]] = defaultdict(list)
        for statement in migration.statements:
            repeated = statement.sql in met and _asks_the_same(statement, found)
            if statement.rows != 0 or _inserts_what_is_there(statement.sql):
                continue
            if _is_of_the_upgrade(statement) and not repeated:
                unmet[statement.line].append(statement)
        for statement, *others in unmet.values():
            sent = AuthoredStatement(migration, statement)
            alike = f" {len(others)} more of this line met none either." if others else ""
            yield sent.warning(
                CODE,
                f"A statement of the {statement.direction} met no rows",
                detail=f"{sent.quoted} touched none of the bot's rows: its effect was not seen.{alike}",
                advice="Check it against rows that it is meant for.",
            )


def _is_of_the_upgrade(statement: Statement) -> bool:
    return statement.direction == "upgrade"


def _inserts_what_is_there(sql: str) -> bool:
    """Whether it inserts rows of its own, unless they are there, which they were."""
    words = [word.lower() for word in words_of(sql)]
    text = " ".join(words)
    if words[:2] != ["insert", "into"]:
        return False
    asked = text.find(" where not exists ( select ")
    return " from " not in text[: asked if asked >= 0 else len(text)] and (asked >= 0 or " do nothing" in text)


def _asks_the_same(statement: Statement, found: loops.Loops) -> bool:
    """Whether it met none only because it, or the loop that it is in, has done its work; with parameters, the same
    text outside of such a loop is another question."""
    return not has_parameters(statement.sql) or found.may_repeat(statement.line)
