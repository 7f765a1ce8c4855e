"""The sticky comment's pure half: markers, stamps, and what to do about the comments that are there."""

from itertools import pairwise

import pytest

from bot.github import sticky
from bot.github.forge import Posted
from bot.github.sticky import Create, Delete, Edit, Effect, Stamp

HEAD, OTHER = "a" * 40, "b" * 40
MARK = sticky.marker("CI", ["alembic.ini"])
TEXT = sticky.stamped(MARK, HEAD, Stamp(100, 7, 1), "All is well. 1.2 s").text


def posted(identifier: int, body: str = TEXT, author: str = "bot") -> Posted:
    return Posted(identifier, author, True, body, f"https://example.org/{identifier}")


def test_each_workflow_and_set_of_configurations_has_a_marker_of_its_own() -> None:
    marks = [sticky.marker(*words) for words in (("CI", []), ("CI", ["a"]), ("CI", ["a", "b"]), ("Other", ["a"]))]
    assert len({*marks}) == len(marks)
    assert sticky.marker("CI", ["b", "a"]) == sticky.marker("CI", ["a", "b"])


def test_the_pull_request_and_its_conclusion_are_read_again() -> None:
    text = sticky.stamped(MARK, HEAD, Stamp(100, 7, 1), "text", 12, "action_required").text
    found = sticky.read(text, MARK)
    assert found is not None
    assert (found.number, found.conclusion) == (12, "action_required")
    older = sticky.read(text.replace(" #12 action_required", ""), MARK)
    assert older is not None
    assert (older.number, older.conclusion) == (0, "")


def test_what_is_written_is_read_again() -> None:
    found = sticky.read(TEXT, MARK)
    assert found is not None
    assert (found.head, found.stamp, found.text) == (HEAD, Stamp(100, 7, 1), TEXT)


@pytest.mark.parametrize(
    "body",
    [
        TEXT.replace(MARK, sticky.marker("Other", [])),
        f" text before\n{TEXT}",
        MARK,
        f"{MARK}\nno stamp\nAll is well.",
        TEXT.replace(HEAD, HEAD[:-1]),
        TEXT.replace("100.7.1", "100.7"),
        "",
    ],
)
def test_a_body_of_another_form_says_nothing(body: str) -> None:
    assert sticky.read(body, MARK) is None


def test_a_run_is_newer_by_its_start_then_by_its_number_then_by_its_attempt() -> None:
    order = [Stamp(), Stamp(1, 9, 9), Stamp(2, 1, 9), Stamp(2, 2, 1), Stamp(2, 2, 2)]
    assert all(one < other for one, other in pairwise(order))


def test_a_marker_that_somebody_copied_makes_no_comment_the_bots() -> None:
    there = [posted(3), posted(1), posted(2, author="mallory"), posted(4, f"quoted: {TEXT}")]
    assert [found.identifier for found in sticky.mine(there, MARK, "bot")] == [1, 3]


LATER = sticky.stamped(MARK, HEAD, Stamp(200, 8, 1), "All is well. 3.4 s").text
WORSE = sticky.stamped(MARK, HEAD, Stamp(200, 8, 1), "Something is wrong. 1.2 s").text
MOVED = sticky.stamped(MARK, OTHER, Stamp(200, 8, 1), "All is well. 1.2 s").text


@pytest.mark.parametrize(
    ("there", "body", "wanted", "effects"),
    [
        ([], TEXT, True, [Create(TEXT)]),
        ([], TEXT, False, []),
        ([posted(1)], LATER, True, []),  # the same, apart from run and seconds
        ([posted(1)], WORSE, True, [Edit(1, WORSE)]),
        ([posted(1)], MOVED, True, [Edit(1, MOVED)]),
        ([posted(1)], WORSE, False, [Edit(1, WORSE)]),  # one that is there is kept up to date
        ([posted(1), posted(2), posted(3)], LATER, True, [Delete(2), Delete(3)]),
        ([posted(1), posted(2)], WORSE, False, [Edit(1, WORSE), Delete(2)]),
    ],
)
def test_the_oldest_comment_is_kept_up_to_date(
    there: list[Posted], body: str, *, wanted: bool, effects: list[Effect]
) -> None:
    assert sticky.plan(there, body, wanted=wanted) == effects


def test_a_new_revision_identifier_alone_is_no_news() -> None:
    def body(revision: str, day: str) -> str:
        source = f"Create Date: {day}\nrevision: str = '{revision}'\nsee {revision}"
        return sticky.stamped(MARK, HEAD, Stamp(), source).text

    there = [posted(1, body("0123456789ab", "2026-01-01"))]
    assert sticky.plan(there, body("ba9876543210", "2026-01-02"), wanted=True) == []
    assert sticky.plan(there, body("ba9876543210", "2026-01-02") + "\nmore", wanted=True) != []


def test_a_run_in_progress_is_noted_once_and_leaves_the_stamp() -> None:
    once = sticky.running(TEXT, OTHER, "https://example.org/1")
    twice = sticky.running(once, OTHER, "https://example.org/2")
    assert twice == once.replace("example.org/1", "example.org/2")
    assert once.splitlines()[:2] == TEXT.splitlines()[:2]
    assert once.endswith("\n\nAll is well. 1.2 s")
    found = sticky.read(twice, MARK)
    assert found is not None
    assert found.stamp == Stamp(100, 7, 1)
