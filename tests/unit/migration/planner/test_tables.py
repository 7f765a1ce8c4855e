import pytest

from tests.support.operations import Object, check_operations, operations
from tests.support.snapshots import column, foreign_key, key, table


def test_a_parent_with_a_dot_in_its_name_is_left_and_joined() -> None:
    parents = [table("a.b", schema="x.y"), table("c")]
    before = [*parents, table("t", inherits=[["x.y", "a.b"]])]
    after = [*parents, table("t", inherits=[["public", "c"]])]
    check_operations(before, after, ['ALTER TABLE t NO INHERIT "x.y"."a.b"', "ALTER TABLE t INHERIT c"])


def test_a_partition_is_detached_from_a_table_with_a_dot_in_its_name() -> None:
    whole = table("a.b", kind="p", partition_by="LIST (id)")
    part = table("t", partition_of=["public", "a.b"], partition_bound="FOR VALUES IN (1)")
    check_operations([whole, part], [whole, table("t")], ['ALTER TABLE "a.b" DETACH PARTITION t'])
    check_operations([whole, table("t")], [whole, part], ['ALTER TABLE "a.b" ATTACH PARTITION t FOR VALUES IN (1)'])


EVENT = [table("event"), column("event", "id"), column("event", "rank")]
VISIT = [table("visit"), column("visit", "event_id"), foreign_key("visit", "visit_event", "event", ["event_id"])]
KEY = key("event", "event_pkey", ["id"])


@pytest.mark.parametrize(
    "before",
    [
        pytest.param([*EVENT, key("event", "event_pkey", ["id", "rank"])], id="another-key"),
        pytest.param(EVENT, id="no-key"),
        pytest.param([EVENT[0], EVENT[2]], id="no-column"),
        pytest.param([EVENT[0], column("event", "id", type="text"), EVENT[2], KEY], id="another-type"),
        pytest.param([*EVENT, key("event", "event_id_key", ["id"], "u")], id="another-constraint"),
    ],
)
def test_a_table_that_refers_to_what_is_no_key_yet(before: list[Object]) -> None:
    """Before: `there is no unique constraint matching given keys`, and on the way back `other objects depend on it`."""
    after = [*EVENT, KEY, *VISIT]
    up = [operation["op"] for operation in operations(before, after)]
    assert up.index("create_table") < up.index("create_foreign_key") == len(up) - 1
    assert operations(before, after)[up.index("create_table")]["without_constraints"] == ["visit_event"]
    down = operations(after, before)
    assert down[0]["op"] == "drop_constraint"
    assert down[0]["name"] == "visit_event"


def test_a_table_that_refers_to_a_key_that_stays_has_its_foreign_key_by_itself() -> None:
    create = {"op": "create_table", "schema": "public", "table": "visit"}
    check_operations([*EVENT, KEY], [*EVENT, KEY, *VISIT], [create])
    check_operations([*EVENT, KEY, *VISIT], [*EVENT, KEY], [{**create, "op": "drop_table"}])
