"""Tables that are no longer declared, and those that only have another name."""

from bot.findings.facts import Facts
from bot.findings.rules import models_vanished
from bot.model import Decision, Difference, Project
from tests.support.facts import LOADED
from tests.support.troubleshooting import appears

GONE = [Difference(kind="table", schema="public", parent="", name=name, action="removed") for name in "abcd"]


def told(*decisions: Decision) -> list[str]:
    project = Project(config="alembic.ini", status="proven", declared=GONE, decisions=list(decisions))
    return [found.title for found in models_vanished.check(Facts(project, None, LOADED, head_tables=4, base_tables=4))]


def rename(table: str, answer: str | None) -> Decision:
    return Decision(kind="rename", subject=table, question="", how="", decided="command", answer=answer)


def test_most_of_the_tables_gone() -> None:
    assert told() == ["4 of 4 tables are no longer declared"]
    facts = Facts(Project("alembic.ini", "proven", declared=GONE), None, LOADED, head_tables=0, base_tables=4)
    (found,) = models_vanished.check(facts)
    appears("env.py declares no tables at all", found.title)


def test_a_rename_that_was_answered_is_no_table_that_is_gone() -> None:
    assert told(rename("a", "x"), rename("b", "y")) == []
    assert told(rename("a", "x")) == ["3 of 4 tables are no longer declared"]
    assert told(*(rename(name, None) for name in "abcd")) == ["4 of 4 tables are no longer declared"]
