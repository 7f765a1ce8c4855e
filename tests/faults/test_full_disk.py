"""No room left: in the temporary folder, in the cache, where the report goes, where the database is."""

import pytest

from bot.model import Report
from tests.support.disks import small
from tests.support.machine import Machine
from tests.support.projects import MODELS
from tests.support.report_schema import valid_report

WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"


@pytest.mark.in_turn
@pytest.mark.parametrize("size", ["16k", "64k", "128k", "256k", "512k", "1m"])
def test_a_full_temporary_folder_is_named(machine: Machine, size: str) -> None:
    machine.commit({"models.py": WITH_AGE})
    with small(machine.temporary, size):
        code, printed = machine.ask()
        assert "Traceback" not in printed
        assert "bug of the bot" not in printed
        assert (code, "proven" in printed) == (0, True) or (code in (1, 3) and "space" in printed), (code, printed)
        machine.expect_clean()


@pytest.mark.in_turn
def test_a_report_that_cannot_be_written_is_named(machine: Machine) -> None:
    machine.commit({"models.py": WITH_AGE})
    out = machine.folder / "report"
    out.mkdir()
    with small(out, "4k"):
        code, printed = machine.ask("--output-dir", str(out))
    assert code == 3, printed
    assert str(out) in printed
    assert "space" in printed
    assert "Traceback" not in printed


@pytest.mark.in_turn
@pytest.mark.parametrize("options", [["64k"], ["1m", "ro"]], ids=["full", "read-only"])
def test_a_cache_that_takes_nothing_is_done_without(machine: Machine, options: list[str]) -> None:
    machine.commit({"models.py": WITH_AGE})
    machine.empty_cache()
    with small(machine.cache, *options):
        code, printed = machine.ask()
        assert (code, "proven" in printed) == (0, True), printed
        assert [path for path in machine.cache.rglob("*") if path.is_file() and path.stat().st_size > 65536] == []


@pytest.mark.in_turn
def test_a_home_that_cannot_be_written_is_no_obstacle(machine: Machine) -> None:
    machine.commit({"models.py": WITH_AGE})
    with small(machine.home, "64k", "ro"):
        code, printed = machine.ask(env={"MIGRATION_BOT_CACHE": ""})
    assert (code, "proven" in printed) == (0, True), printed


FILL = "CREATE TABLE much AS SELECT repeat(md5(n::text), 50) AS t FROM generate_series(1, {rows}) n"
MUCH = """
revision, down_revision = "b2", "a1"
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.add_column("job", sa.Column("age", sa.Integer()))
{fill}

def downgrade():
    op.drop_column("job", "age")
"""
TOLD = """
    op.execute("{fill}")
    op.execute("DROP TABLE much")
"""
# What it does depends on whether there was room.
SWALLOWED = """
    try:
        with op.get_bind().begin_nested():
            op.execute("{fill}")
            op.execute("DROP TABLE much")
    except Exception:
        op.execute("ALTER TABLE job ADD COLUMN no_room int")
"""


def _check_with(machine: Machine, fill: str, rows: int, mounts: str) -> tuple[int, str, Report]:
    """`check` of a migration that needs room, on a machine with file systems of its own."""
    if machine.account.is_other:
        pytest.skip("only root can have a /dev/shm of its own")
    migration = MUCH.format(fill=fill.format(fill=FILL.format(rows=rows)))
    machine.commit({"models.py": WITH_AGE, "migrations/versions/b2_much.py": migration})
    out = machine.folder / "report"
    out.mkdir()
    words = machine.words("--output-dir", str(out))
    with machine.start(["unshare", "--mount", "sh", "-c", f'{mounts} && exec "$@"', "sh", *words]) as run:
        printed, _ = run.communicate()
    return run.returncode, printed, valid_report((out / "report.json").read_bytes())


@pytest.mark.parametrize("fill", [TOLD, SWALLOWED], ids=["told", "swallowed"])
def test_databases_that_outgrow_the_memory_go_on_disk(machine: Machine, fill: str) -> None:
    """As in a container, which has 64 MB of it; nothing is believed of what was seen before."""
    code, printed, report = _check_with(machine, fill, 60_000, "mount -t tmpfs -o size=64m tmpfs /dev/shm")
    assert (code, report.status) == (0, "proven"), printed
    assert "outgrow the free memory" in printed
    machine.expect_clean()


def test_small_databases_stay_in_a_small_memory(machine: Machine) -> None:
    code, printed, report = _check_with(machine, TOLD, 100, "mount -t tmpfs -o size=64m tmpfs /dev/shm")
    assert (code, report.status) == (0, "proven"), printed
    assert "outgrow" not in printed


# How fast a disk is filled decides whether the server says that it is full, or the bot that little would be left.
LIMITS = ("server", "machine")
SMALL_DISK = 'mount -t tmpfs -o size=16m tmpfs /dev/shm && mount -t tmpfs -o size=460m tmpfs "$TMPDIR"'


def test_a_server_without_room_is_named(machine: Machine) -> None:
    """The migration is no worse for it."""
    code, printed, report = _check_with(machine, TOLD, 400_000, SMALL_DISK)
    assert code == 3, printed
    (project,) = report.projects
    assert project.error is not None
    assert project.error.kind in LIMITS
    assert "space" in project.error.advice


def test_a_server_without_room_is_named_though_the_project_hides_it(machine: Machine) -> None:
    code, printed, report = _check_with(machine, SWALLOWED, 400_000, SMALL_DISK)
    assert code == 3, printed
    (project,) = report.projects
    assert project.error is not None
    assert project.error.kind in LIMITS
    assert report.status == "error"
    assert "space" in project.error.advice
