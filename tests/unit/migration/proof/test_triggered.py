"""Which statement is behind what a trigger did."""

import pytest

from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.triggered import statement_behind
from bot.model import ObjectKey
from tests.support.snapshots import snapshot

UPDATE = "UPDATE item SET price = 1"
AUDIT = ObjectKey("function", "public", "", "audit()"), {"definition": "… INSERT INTO item_audit VALUES (NEW.id) …"}


@pytest.mark.parametrize(
    ("table", "sql", "enabled", "behind"),
    [
        ("item", UPDATE, "O", True),
        ("item_audit", UPDATE, "O", True),
        ("item_audit", "DELETE FROM item", "A", True),
        ("item_audit", "INSERT INTO item (id) VALUES (1)", "O", True),
        ("item_audit", UPDATE, "D", False),
        ("item_audit", "UPDATE other SET price = 1", "O", False),
        ("item_audit", "ALTER TABLE item RENAME TO thing", "O", False),
        ("audit", UPDATE, "O", False),
    ],
)
def test_the_statement_that_a_trigger_fires_on(table: str, sql: str, enabled: str, behind: bool) -> None:
    trigger = ObjectKey("trigger", "public", "item", "t"), {"enabled": enabled, "function": "public.audit"}
    old = snapshot(trigger, AUDIT)
    assert statement_behind(old, DeclaredChanges((sql,)), ("public", table)) == (sql if behind else "")
