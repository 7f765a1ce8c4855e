"""How many rows a migration takes at a time."""

import pytest

from bot.migration.proof.batches import LARGEST, largest_batch


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("rows = result.fetchmany(100)", 100),
        ("op.execute('UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t LIMIT 500)')", 500),
        ("op.execute('DELETE FROM t WHERE id IN (SELECT id FROM t FETCH FIRST 20 ROWS ONLY)')", 20),
        ("sa.select(t.c.id).limit(50)", 50),
        ("for part in result.partitions(40): pass", 40),
        ("for part in itertools.batched(rows, 30): pass", 30),
        ("for start in range(0, most, 300): pass", 300),
        ("BATCH_SIZE = 250", 250),
        ("BATCH_SIZE = 10_000", 10_000),
        ("chunk: int = 250", 250),
        ("move(batch_size=70)", 70),
        ("for row in rows[:60]: pass", 60),
        ("send([row.id for row in rows[:60]])", 60),
        ("list(map(fill, rows[:60]))", 60),
        ("rows = bind.execute(query).all()[:60]", 60),
        ("values(excerpt=row.body[:60])", 0),
        ("for i, row in enumerate(rows):\n    if i >= 60: break", 60),
        ("for row in rows:\n    if len(batch) == 60:\n        batch = []", 60),
        ("for row in rows:\n    if len(batch) == 60:\n        batch.clear()", 60),
        ("for i, row in enumerate(rows):\n    if i % 60 == 0: session.commit()", 60),
        ("for row in rows:\n    if len(row.name) > 60: name = row.name[:60]", 0),
        ("for i in range(10): pass", 0),
        ("VERSION = 7", 0),
        ("op.execute('SELECT id FROM t LIMIT 1')", 0),
        ("DEBUG_STEP = True", 0),
        (f"BATCH = {LARGEST + 1}", 0),
        ("BATCH = 10\nrows = result.fetchmany(20)", 20),
        ("no python", 0),
    ],
)
def test_the_largest_number_that_says_so(source: str, expected: int) -> None:
    assert largest_batch([source]) == expected


def test_of_several_files() -> None:
    assert largest_batch(["BATCH = 10", "BATCH = 30", "pass"]) == 30
    assert largest_batch([]) == 0
