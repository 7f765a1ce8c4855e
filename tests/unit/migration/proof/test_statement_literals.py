"""Values of the author's statements that rows are given."""

from bot.migration.proof.statement_literals import read


def values(*statements: str) -> list[str]:
    source = "\n".join(f"op.execute({sql!r})" for sql in statements)
    return read([source]).values()["code"]


def test_a_value_that_may_be_a_separator_stays_a_value_of_its_own() -> None:
    found = values("UPDATE t SET code = 'none' WHERE code = '-'")
    assert found[:2] == ["none", "-"]
    assert {"a-b", "a-c", "c-b", "a-b-c"} < set(found)


def test_what_a_separator_cuts_keeps_no_other_value_out() -> None:
    states = [f"s{number}" for number in range(5)]
    found = values(
        "UPDATE t SET kind = split_part(code, '-', 1)", *(f"DELETE FROM t WHERE code = '{s}'" for s in states)
    )
    assert found[:6] == ["-", *states]
    assert "a-b-c" in found
