"""Which lines of a migration run several times, in its own file and in modules that it imports."""

import pytest

from bot.findings import loops

FETCHES = "for row in result.fetchmany(100):\n        send(row)"


@pytest.mark.parametrize(
    ("source", "once"),
    [
        ("def upgrade():\n    rows = result.fetchmany(100)", True),
        (f"def upgrade():\n    {FETCHES}", True),
        (f"def fill(result):\n    {FETCHES}\ndef upgrade():\n    fill(result)", True),
        (f"def fill(result):\n    {FETCHES}\ndef upgrade():\n    op.run_async(fill)", True),
        ("def upgrade():\n    [op.execute(x) for x in result.fetchmany(100)]", True),
        ("def upgrade():\n    while rows := result.fetchmany(100):\n        send(rows)", False),
        ("def upgrade():\n    while True:\n        for row in result.fetchmany(100):\n            send(row)", False),
        ("def upgrade():\n    for rows in iter(lambda: result.fetchmany(100), []):\n        send(rows)", False),
        (f"def fill():\n    {FETCHES}\ndef upgrade():\n    while left():\n        fill()", False),
        (
            f"def fill():\n    {FETCHES}\ndef more():\n    fill()\ndef upgrade():\n    while left():\n        more()",
            False,
        ),
        (f"def fill():\n    {FETCHES}\n    fill()\ndef upgrade():\n    fill()", False),
        (f"def fill():\n    {FETCHES}\ndef upgrade():\n    until_none_is_left(fill)", False),
    ],
)
def test_what_fetches_a_part_of_the_rows_once(source: str, once: bool) -> None:
    assert bool(loops.read(source).once) is once


@pytest.mark.parametrize(
    ("helper", "source", "once"),
    [
        (f"def fill(result):\n    {FETCHES}", "def upgrade():\n    fill(op.get_bind())", True),
        (f"def fill(result):\n    {FETCHES}", "def upgrade():\n    while left():\n        fill(op.get_bind())", False),
        (f"def fill(result):\n    {FETCHES}", "def upgrade():\n    while left():\n        helpers.fill(1)", False),
        (f"def fill(result):\n    while left():\n        {FETCHES.replace('    ', '            ')}", "fill(1)", False),
    ],
)
def test_in_a_module_that_is_imported(helper: str, source: str, once: bool) -> None:
    assert bool(loops.read(helper, (source,)).once) is once


@pytest.mark.parametrize(
    ("helper", "repeats"),
    [
        ("def fill(bind):\n    while left():\n        bind.execute(SOME)", True),
        ("def fill(bind):\n    bind.execute(SOME)", False),
        ("def other(bind):\n    while left():\n        bind.execute(SOME)\ndef fill(bind):\n    other(bind)", True),
    ],
)
def test_a_call_of_a_module_that_has_a_loop_is_a_loop(helper: str, repeats: bool) -> None:
    found = loops.read("def upgrade():\n    fill(op.get_bind())", (helper,))
    assert found.may_repeat(2) is repeats
    assert found.begins_after(2) is repeats
    assert not found.may_repeat(1)


def test_what_is_no_python_may_be_anything() -> None:
    assert loops.read("this is no Python").may_repeat(3)
    assert loops.read("x = 1", ("this is no Python",)).may_repeat(None)
