"""Every file of the project's that is run as code: from each of them a spy comes home with nothing."""

from textwrap import indent

import pytest

from bot.system import landlock
from tests.support.machine import PROBES, SECRET, Machine
from tests.support.projects import ENV, MODELS, TEMPLATE

pytestmark = pytest.mark.skipif(landlock.version() < 6, reason="this kernel's Landlock knows too little (Linux 6.12)")

MIGRATION = """
revision, down_revision = "b2", "a1"
from alembic import op
import sqlalchemy as sa
from door import tell

def upgrade():
    op.add_column("job", sa.Column("age", sa.Integer()))
    {up}

def downgrade():
    op.drop_column("job", "age")
    {down}
"""
PRINTED = """
class Told(sa.TypeDecorator):
    impl = sa.Integer
    cache_ok = True
    def __repr__(self):
        import door
        door.tell()

class Job"""
RUN = "import door\ndoor.tell()\n"
DOORS = {
    "the models": {"models.py": RUN + MODELS},
    "env.py": {"migrations/env.py": RUN + ENV},
    "a migration": {"migrations/versions/b2.py": MIGRATION.format(up="", down="") + "tell()\n"},
    "an upgrade": {"migrations/versions/b2.py": MIGRATION.format(up="tell()", down="")},
    "a downgrade": {"migrations/versions/b2.py": MIGRATION.format(up="", down="tell()")},
    "the template": {"migrations/script.py.mako": "<%! import door %>${door.tell()}\n" + TEMPLATE},
    "how a type is written": {
        "models.py": MODELS.replace("\nclass Job", PRINTED, 1) + "    age = sa.Column(Told)\n",
    },
}
CLOSED = ("sitecustomize.py", "usercustomize.py", "conftest.py", "noxfile.py", "evil.pth", "decimal.py")
DOOR = """
def tell():
{spies}
    own = ("PATH=", "HOME=", "TMPDIR=", "USER=migration", "LOGNAME=migration", "LD_LIBRARY_PATH=", "LC_", "LANG")
    found = [text for text in found if text.strip() and not text.startswith(own)]
    raise RuntimeError("loot: " + (repr(found)[:3000] if found else "nothing at all"))
"""


def _door(machine: Machine) -> str:
    places = [str(machine.home), str(machine.home / ".ssh"), str(machine.folder / "runner")]
    targets = [str(machine.folder / "runner" / name) for name in ("env", "output", "path")]
    given = {"PLACES": places, "TARGETS": targets, "REPOSITORY": str(machine.repository), "HOME": str(machine.home)}
    names = ("environment", "files", "writing")
    sources = "\n".join((PROBES / f"{name}.py").read_text() for name in names)
    calls = " + ".join(f"{name}_spy({given!r})" for name in names)
    return DOOR.format(spies=indent(f"{sources}\nfound = {calls}", "    "))


@pytest.mark.in_turn
@pytest.mark.parametrize("door", DOORS)
def test_behind_every_door_a_spy_finds_nothing(machine: Machine, door: str) -> None:
    with_age = MODELS + "    age = sa.Column(sa.Integer)\n"
    machine.commit({"models.py": with_age, "door.py": _door(machine), **DOORS[door]})

    ended = machine.check()

    everything = ended.text + ended.printed
    assert "loot: nothing at all" in everything
    assert "loot: [" not in everything
    assert SECRET not in everything
    # The bot can do without Alembic's own writing, and says so.
    assert ended.code == 1 or "autogenerate stops: door.py" in ended.printed


def test_what_only_other_tools_run_is_not_run(machine: Machine) -> None:
    closed = {name: "import door; door.tell()\n" if name.endswith(".pth") else RUN for name in CLOSED}
    with_age = MODELS + "    age = sa.Column(sa.Integer)\n"
    machine.commit({"models.py": with_age, "door.py": _door(machine), **closed})
    ended = machine.check()
    assert ended.report.status == "proven", ended.text
    assert "loot" not in ended.text + ended.printed


def test_what_is_closed_is_told_with_what_to_do(machine: Machine) -> None:
    with_age = MODELS + "    age = sa.Column(sa.Integer)\n"
    machine.commit({"models.py": f"open({str(machine.home / '.netrc')!r})\n{with_age}"})
    (project,) = machine.check().report.projects
    assert project.error is not None
    assert project.error.message.startswith("models.py, line 1: PermissionError")
    assert "--env NAME=VALUE" in project.error.advice
