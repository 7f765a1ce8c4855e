"""Whole cases, bot and judge: models before and after, the file that the bot writes, and what it does to rows.

A fixed part of `tests/cases` runs always, all of them with `ALL_CASES=1` in the environment.
"""

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.judge.bench import Bench, opened, try_case
from benchmarks.judge.cases import Case, find, load
from benchmarks.judge.court import Ruling, court

CASES = Path(__file__).parents[1] / "cases"
ALWAYS = (
    "check_quoted_name column_type_that_much_reads column_converted_by_answer column_renamed_everywhere"
    " column_renamed_in_view_and_computed column_renamed_unasked constraint_names_only"
    " default_strings_with_signs enum_generated_column enum_inherits_schema enum_labels_reordered"
    " enum_moved_to_schema enum_to_integer exclude_changed extension_with_column hybrid_and_properties_only"
    " identity_added_to_plain_key key_type_with_children names_mixed_reserved_blank partition_added"
    " primary_key_renamed schema_tables_moved_together sequence_renamed table_renamed_with_keys_and_indexes"
    " trigger_changed_and_dropped view_on_view_type_change"
).split()
RENAMED = CASES / "column_renamed_in_primary_and_foreign_key"
HEAD = 'from alembic import op\nimport sqlalchemy as sa\n\nrevision = "a1"\ndown_revision = None\n\n\n'
UPGRADE = 'def upgrade():\n    op.alter_column("unit", "code", new_column_name="symbol")\n'
DOWNGRADE = '\n\ndef downgrade():\n    op.alter_column("unit", "symbol", new_column_name="code")\n'


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with opened(tmp_path_factory.mktemp("bench"), Path(sys.prefix), compare=False) as made:
        yield made


def _cases() -> list[Case]:
    return [case for case in find([CASES], []) if case.name in ALWAYS or os.environ.get("ALL_CASES")]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.name)
def test_case(bench: Bench, case: Case) -> None:
    missing = [name for name in case.needs if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    verdict = try_case(bench, case)
    expected = ("right", "asks") if case.decision else ("right",)
    assert verdict.word in expected, f"{verdict.word} ({verdict.status}): {verdict.why}"


def _ruling(bench: Bench, source: str, folder: Path) -> Ruling:
    with court(load(RENAMED), bench.databases, bench.child, bench.programs) as sitting:
        return sitting.with_file(folder / "project", source)


def test_the_judge_accepts_a_right_file(bench: Bench, tmp_path: Path) -> None:
    assert _ruling(bench, HEAD + UPGRADE + DOWNGRADE, tmp_path) == Ruling()


@pytest.mark.parametrize(
    ("upgrade", "downgrade", "complaint"),
    [
        ("def upgrade():\n    pass\n", DOWNGRADE, "upgrade: extra"),
        (UPGRADE, "\n\ndef downgrade():\n    pass\n", "downgrade: extra"),
        (UPGRADE + '    op.execute("DELETE FROM measure WHERE id = 2")\n', DOWNGRADE, "upgrade: measure has 2 rows"),
        (UPGRADE, DOWNGRADE + '    op.execute("UPDATE measure SET id = id + 5")\n', "downgrade: measure.id"),
        (UPGRADE + '    op.execute("no SQL")\n', DOWNGRADE, "upgrade: ProgrammingError"),
        (UPGRADE, DOWNGRADE + '    op.execute("CREATE TABLE IF NOT EXISTS left_over ()")\n', "downgrade: extra TABLE"),
    ],
    ids=["nothing done", "nothing undone", "rows lost", "values lost", "error", "something left over"],
)
def test_the_judge_rejects_a_wrong_file(
    bench: Bench, tmp_path: Path, upgrade: str, downgrade: str, complaint: str
) -> None:
    assert _ruling(bench, HEAD + upgrade + downgrade, tmp_path).wrong.startswith(complaint)
