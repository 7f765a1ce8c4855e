"""What to do about a model of which Alembic does not hear."""

from dataclasses import replace

import pytest

from bot.discovery.undeclared_models import UndeclaredModel
from bot.findings.facts import Facts
from bot.findings.rules.model_not_imported import check
from bot.model import Difference, Project
from tests.support.facts import LOADED

MODEL = UndeclaredModel("invoice", "app/billing.py", 5, "app.billing", is_needed=True, metadata="Base.metadata")


def _advice(head_tables: int, model: UndeclaredModel = MODEL) -> str:
    facts = Facts(
        project=Project(config="alembic.ini", status="failed"),
        base=LOADED,
        head=LOADED,
        head_tables=head_tables,
        undeclared_models=(model,),
    )
    (found,) = check(facts)
    return found.advice


@pytest.mark.parametrize(
    ("head_tables", "made", "severity"),
    [(0, "invoice", "warning"), (0, "other", "error"), (0, "", "error"), (3, "invoice", "error")],
)
def test_a_table_that_a_migration_writes_where_autogenerate_is_not_used_is_no_error(
    head_tables: int, made: str, severity: str
) -> None:
    """With models, the next autogenerate would drop it."""
    by_hand = Difference("column", "public", made, "total", "added", None, {})
    facts = Facts(
        project=Project(config="alembic.ini", status="failed"),
        base=LOADED,
        head=LOADED,
        head_tables=head_tables,
        undeclared_models=(MODEL,),
        by_hand=(by_hand,) if made else (),
    )
    assert [found.severity for found in check(facts)] == [severity]


def test_an_import_brings_it_where_there_are_models() -> None:
    assert _advice(3) == "Let env.py, or the package that it imports, have `import app.billing`."


def test_where_target_metadata_is_none_an_import_alone_does_not_help() -> None:
    assert _advice(0) == ("Let env.py have `from app.billing import Base` and `target_metadata = Base.metadata`.")
    nowhere = replace(MODEL, metadata="")
    assert "set `target_metadata` to the `MetaData` that has this table of `app.billing`" in _advice(0, nowhere)
