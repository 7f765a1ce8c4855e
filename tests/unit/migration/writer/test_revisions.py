"""Which head a new migration follows, and where the way back ends."""

from itertools import repeat
from pathlib import Path

import msgspec
import pytest

from bot.errors import ProjectError
from bot.migration.writer import revisions
from bot.project.client.answers import Loaded, Revision, WorkerVersions
from tests.support.troubleshooting import appears


def revision(name: str, *parents: str, label: str = "") -> Revision:
    return Revision(
        revision=name,
        down_revision=list(parents),
        depends_on=[],
        branch_labels=[label] if label else [],
        path=f"versions/{name}.py",
        doc="",
        downgrade="complete",
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Both branches come from one revision, which makes a table of its own."""
    (tmp_path / "versions").mkdir()
    for name, table in (("a1", "shared"), ("b1", "orders"), ("c1", "invoice"), ("c2", "invoice_line")):
        (tmp_path / "versions" / f"{name}.py").write_text(f'op.create_table("{table}")\n')
    return tmp_path


LOADED = Loaded(
    versions=WorkerVersions(python="", alembic="", sqlalchemy=""),
    revisions=[
        revision("a1"),
        revision("b1", "a1", label="shop"),
        revision("c1", "a1", label="money"),
        revision("c2", "c1"),
    ],
    heads=["b1", "c2"],
    file_template="",
    script_location="",
    version_locations=["versions"],
    version_path="versions",
)


def with_revisions(*names: str) -> Loaded:
    return msgspec.structs.replace(LOADED, revisions=[revision(name) for name in names])


@pytest.mark.parametrize(
    ("tables", "branch", "head"),
    [
        ({"orders"}, "", "b1"),
        ({"invoice"}, "", "c2"),
        ({"orders", "invoice"}, "shop", "b1"),
        ({"orders"}, "money", "c2"),
        (set(), "c2", "c2"),
    ],
)
def test_the_branch_that_made_the_table_or_is_named_goes_on(
    root: Path, tables: set[str], branch: str, head: str
) -> None:
    assert revisions.continued(LOADED, root, tables, branch) == head


@pytest.mark.parametrize(
    ("tables", "branch"), [({"orders", "invoice"}, ""), ({"shared"}, ""), ({"fresh"}, ""), ({"orders"}, "other")]
)
def test_what_is_not_clear_is_asked(root: Path, tables: set[str], branch: str) -> None:
    with pytest.raises(ProjectError) as caught:
        revisions.continued(LOADED, root, tables, branch)
    assert "b1 (shop), c2 (money)" in caught.value.message
    assert "--branch" in caught.value.advice
    if not branch:
        appears("which of them a new migration follows is not clear", caught.value.message)


def test_of_one_head_there_is_no_choice(root: Path) -> None:
    (only,) = [r for r in LOADED.revisions if r.revision == "a1"]
    loaded = Loaded(
        versions=LOADED.versions,
        revisions=[only],
        heads=["a1"],
        file_template="",
        script_location="",
        version_locations=[],
        version_path="",
    )
    assert revisions.continued(loaded, root, {"orders"}, "") == ""


def test_the_way_back_ends_at_all_heads() -> None:
    assert revisions.down_to([]) == "base"
    assert revisions.down_to(["a1"]) == "a1"
    assert revisions.down_to(["b1", "c2"]) == "b1,c2"


def test_a_new_revision_is_not_what_a_removed_one_may_be_completed_to() -> None:
    """A database at `b2`, which head no longer has, was at the new revision once in 256 runs: nothing was said."""
    base, head = with_revisions("a1", "b2"), with_revisions("a1")
    assert revisions.new_id(base, head, iter(["b2c4", "a1", "a1c4"])) == "a1c4"
    assert revisions.new_id(None, with_revisions("a1"), iter(["b2c4"])) == "b2c4"


def test_there_is_a_new_revision_whatever_the_removed_ones_are_called() -> None:
    assert revisions.new_id(with_revisions(*"0123456789abcdef"), LOADED, repeat("b2c4")) == "b2c4"
