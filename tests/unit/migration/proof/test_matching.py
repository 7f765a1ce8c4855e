"""Which row is which later on: by a key, else by likeness, else by where it stands."""

from bot.migration.proof.matching import Matching, match
from bot.migration.proof.rows import Row, TableRows

PAIRS = [("a", "a"), ("b", "b")]
A, B = frozenset("a"), frozenset("b")


def matched(before: list[Row], after: list[Row], *keys: frozenset[str]) -> Matching:
    return match(TableRows(("a", "b"), tuple(before)), TableRows(("a", "b"), tuple(after)), PAIRS, keys)


CROSSED: tuple[list[Row], list[Row]] = [("1", "x"), ("2", "y")], [("2", "x"), ("1", "y")]


def test_of_keys_that_know_as_many_rows_the_first_counts() -> None:
    assert matched(*CROSSED, A, B).same == ((0, 1), (1, 0))
    assert matched(*CROSSED, B, A).same == ((0, 0), (1, 1))


def test_a_key_that_has_lost_a_column_is_none() -> None:
    assert matched(*CROSSED, frozenset({"a", "gone"})).same == ((0, 0), (1, 1))


def test_twins_are_not_known_by_a_key() -> None:
    assert matched([("1", "x"), ("1", "y")], [("1", "y")], A) == Matching(((1, 0),), (0,), ())


def test_each_row_is_one_other_row() -> None:
    assert matched([("1", "x")], [("1", "y"), ("2", "x")]) == Matching(((0, 0),), (), (1,))


def reversed_rows(count: int, word: str) -> list[Row]:
    return [(str(count - 1 - number), word) for number in range(count)]


def many(count: int, word: str = "x") -> list[Row]:
    return [(str(number), word) for number in range(count)]


def test_many_rows_that_stay_as_they_are_are_found_wherever_they_stand() -> None:
    assert matched(many(201), reversed_rows(201, "x")).same == tuple((n, 200 - n) for n in range(201))


def test_of_too_many_other_rows_each_is_the_one_in_its_place() -> None:
    assert matched(many(200), reversed_rows(200, "y")).same == tuple((n, 199 - n) for n in range(200))
    assert matched(many(201), reversed_rows(201, "y")).same == tuple((n, n) for n in range(201))
    fewer = matched(many(201), reversed_rows(200, "y"))
    assert (len(fewer.same), fewer.gone, fewer.came) == (200, (200,), ())
