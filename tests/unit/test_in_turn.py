"""Each case of a test in turn is run once, whatever the number of cases, and both accounts are met."""

from itertools import product

import pytest

from tests.support.in_turn import ACCOUNTS, chosen


@pytest.mark.parametrize("count", range(1, 12))
@pytest.mark.parametrize("name", ["test_a", "test_b", "test_c", "test_d"])
def test_each_case_has_one_account(name: str, count: int) -> None:
    """Before: of an odd number of cases, every other one was run with both accounts, and the rest with none."""
    cases = [f"case {number}" for number in range(count)]
    turns = chosen(name, product(ACCOUNTS, cases))
    assert sorted(case for _, case in turns) == sorted(cases)
    assert {account for account, _ in turns} == set(ACCOUNTS) or count == 1


def test_of_tests_with_one_case_some_run_as_each() -> None:
    turns = {account for number in range(20) for account, _ in chosen(f"test_{number}", product(ACCOUNTS, ["only"]))}
    assert turns == set(ACCOUNTS)
