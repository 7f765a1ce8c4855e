from tests.support.operations import check_noop, check_operations
from tests.support.snapshots import column, sequence, table


def test_a_sequence_that_takes_over_a_column_starts_behind_its_rows_whatever_the_column_is_called() -> None:
    before = [table("t"), column("t", "o'id")]
    after = [*before, sequence("t_o'id_seq", owned_by=["public", "t", "o'id"], ownership="serial")]
    check_operations(
        before,
        after,
        [
            'CREATE SEQUENCE "t_o\'id_seq"',
            'ALTER SEQUENCE "t_o\'id_seq" OWNED BY t."o\'id"',
            "SELECT setval('\"t_o''id_seq\"', coalesce(max(\"o'id\"), 0) + 1, false) FROM t",
        ],
    )


def test_options_are_altered_in_place() -> None:
    before, after = sequence("s"), sequence("s", increment=7, cycle=True)
    check_operations([before], [after], ["ALTER SEQUENCE s INCREMENT BY 7 CYCLE"])
    check_operations([after], [before], ["ALTER SEQUENCE s INCREMENT BY 1 NO CYCLE"])


def test_an_equal_sequence_is_left_alone() -> None:
    check_noop([sequence("s")], [sequence("s")])


def test_a_sequence_goes() -> None:
    check_operations([sequence("s", schema="shop")], [], ["DROP SEQUENCE shop.s"])
