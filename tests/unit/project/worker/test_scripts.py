"""Whether a migration can be undone, and what is wrong with chains of migrations."""

from typing import Any

import pytest

from bot.project.worker.scripts import _cycle, _heads, _problems, downgrade_of

UP = "def upgrade():\n    op.x()\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (UP + "def downgrade():\n    op.y()\n", "complete"),
        (UP + "def downgrade():\n    pass\n", "missing"),
        (UP + "def downgrade():\n    '''Nothing.'''\n", "missing"),
        (UP + "def downgrade():\n    ...\n", "missing"),
        (UP + "def downgrade():\n    return\n", "missing"),
        (UP, "missing"),
        (UP + "def downgrade():\n    raise NotImplementedError\n", "irreversible"),
        (UP + "def downgrade():\n    '''No.'''\n    raise RuntimeError('no')\n", "irreversible"),
        (UP + "def downgrade():\n    op.y()\n    raise RuntimeError\n", "complete"),
        ("def upgrade():\n    pass\ndef downgrade():\n    pass\n", "complete"),
        ("def upgrade() -> None:\n    '''Merge.'''\n", "complete"),
        ("def (", "missing"),
    ],
)
def test_downgrades(source: str, expected: str) -> None:
    assert downgrade_of(source) == expected


def revision(name: str, *parents: str) -> dict[str, Any]:
    return {"revision": name, "down_revision": list(parents), "path": f"{name}.py"}


def test_heads_of_branches_and_merges() -> None:
    assert _heads([revision("a"), revision("b", "a"), revision("c", "a")]) == ["b", "c"]
    assert _heads([revision("a"), revision("b", "a"), revision("c", "a"), revision("d", "b", "c")]) == ["d"]
    assert _heads([]) == []


@pytest.mark.parametrize(
    ("parents", "circle"),
    [
        ({"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}, []),
        ({"a": ["b"], "b": ["a"]}, ["a", "b"]),
        ({"a": ["a"]}, ["a"]),
        ({"r": [], "a": ["r", "c"], "b": ["a"], "c": ["b"], "end": ["c"]}, ["a", "b", "c"]),
        ({"a": ["gone"]}, []),
    ],
)
def test_circles(parents: dict[str, list[str]], circle: list[str]) -> None:
    assert _cycle(parents) == circle


def test_long_histories_are_no_trouble() -> None:
    chain = {str(n): [str(n - 1)] if n else [] for n in range(5_000)}
    assert _cycle(chain) == []


def test_a_shortened_parent_is_not_broken() -> None:
    assert _problems([revision("abcdef"), revision("b", "abc")]) == []
