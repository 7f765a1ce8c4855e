from tests.support.operations import check_operations
from tests.support.snapshots import table


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
