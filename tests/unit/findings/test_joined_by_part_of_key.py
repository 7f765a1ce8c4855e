"""Rows that are found by a part of their key."""

from dataclasses import replace

import msgspec
import pytest

from bot.findings.facts import Facts
from bot.findings.rules.joined_by_part_of_key import check
from bot.model import Migration, Project, Statement
from tests.support.facts import LOADED
from tests.support.snapshots import column, key, snapshot, table

OWN = Migration(path="versions/b2.py", revision="b2", down_revision="a1", origin="pull_request", source="")
OLD = snapshot(
    *(table(name) for name in ("customer", "invoice", "person")),
    *(column("customer", name, not_null=True) for name in ("id", "tenant_id", "code")),
    *(column("invoice", name, not_null=True) for name in ("id", "tenant_id", "code")),
    *(column("person", name, not_null=True) for name in ("id", "code")),
    key("customer", "customer_pkey", ["id"]),
    key("customer", "customer_code", ["tenant_id", "code"], "u"),
)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE invoice SET customer_id = (SELECT min(c.id) FROM customer c WHERE c.code = invoice.code)", 1),
        (
            "UPDATE invoice SET customer_id = c.id FROM (SELECT DISTINCT ON (code) id, code FROM customer) c"
            " WHERE c.code = invoice.code",
            1,
        ),
        (
            "UPDATE invoice SET customer_id = (SELECT min(c.id) FROM customer c WHERE c.code = invoice.code"
            " AND c.tenant_id = invoice.tenant_id)",
            0,
        ),
        # One of several is meant where there is nothing to tell them apart by.
        ("UPDATE person SET customer_id = (SELECT min(c.id) FROM customer c WHERE c.code = person.code)", 0),
    ],
)
def test_the_first_of_several(sql: str, found: int) -> None:
    statement = Statement(direction="upgrade", sql=sql, line=7, rows=1)
    migration = msgspec.structs.replace(OWN, statements=[statement])
    project = Project(config="alembic.ini", status="proven", migrations=[migration])
    assert len(list(check(replace(Facts(project=project, base=LOADED, head=LOADED), old=OLD)))) == found
