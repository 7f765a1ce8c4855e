"""Statements that are sent by cursors which are not followed."""

import msgspec
import pytest

from bot.findings.facts import Facts
from bot.findings.rules.not_observed import check
from bot.model import Migration, Project, Statement
from tests.support.facts import LOADED

OWN = Migration(path="versions/b2.py", revision="b2", down_revision="a1", origin="pull_request", source="")


def said(source: str, *lines: int) -> list[int | None]:
    """The lines that are named; statements of others were observed."""
    statements = [Statement(direction="upgrade", sql="UPDATE job SET a = 1", line=line, rows=1) for line in lines]
    migration = msgspec.structs.replace(OWN, source=source, statements=statements)
    project = Project(config="alembic.ini", status="proven", migrations=[migration])
    return [one.where.line for one in check(Facts(project=project, base=LOADED, head=LOADED)) if one.where]


@pytest.mark.parametrize(
    "source",
    [
        'cursor = op.get_bind().connection.cursor()\ncursor.execute("UPDATE job SET a = 1")\n',
        'with op.get_bind().connection.cursor() as cursor:\n    cursor.executemany("UPDATE job SET a = %s", [(1,)])\n',
        'raw = bind.connection.driver_connection\nraw.execute("UPDATE job SET a = 1")\n',
        'pass\nbind.connection.dbapi_connection.run("UPDATE job SET a = 1")\n',
    ],
)
def test_what_is_sent_past_sqlalchemy(source: str) -> None:
    assert said(source) == [2]
    assert said(source, 7) == [2]
    assert said(source, 2) == []


@pytest.mark.parametrize(
    "source",
    [
        'op.execute("UPDATE job SET a = 1")\n',
        'connection = op.get_bind()\nconnection.execute(sa.text("UPDATE job SET a = 1"))\n',
        "cursor = op.get_bind().connection.cursor()\ncursor.close()\n",
        'with op.get_bind().begin_nested() as cursor:\n    other.execute("UPDATE job SET a = 1")\n',
    ],
)
def test_what_is_not(source: str) -> None:
    assert said(source) == []
