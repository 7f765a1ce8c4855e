"""Two sides of a change: what head's code does to base's checkout would change what the change is compared with."""

from tests.support.machine import Machine
from tests.support.projects import MODELS

WAYS = {
    "its models are replaced": "(base / 'models.py').write_text(pathlib.Path(__file__).read_text())",
    "its models are removed": "(base / 'models.py').unlink()",
    "a module before them": "(base / 'sqlalchemy.py').write_text('')",
    "another environment": "(base / 'migrations' / 'env.py').write_text('')",
    "a migration more": "(base / 'migrations' / 'versions' / 'zz.py').write_text('revision, down_revision = 1, None')",
    "through a link of one's own": "os.symlink(base, 'over'); pathlib.Path('over/models.py').write_text('')",
    "a second name for the file": "os.link(base / 'models.py', 'same'); pathlib.Path('same').write_text('')",
    "the folder takes another's place": "os.rename(base, base.with_name('gone'))",
}
# What became of each way is the name of a column, which the report then shows.
SPY = """
import os, pathlib
base = pathlib.Path(__file__).resolve().parents[1] / "base"
seen = []
for number, way in enumerate({ways}):
    try:
        exec(way)
        seen.append(f"done_{{number}}")
    except OSError:
        seen.append(f"refused_{{number}}" if base.is_dir() else f"missing_{{number}}")
sa.Table("spied", Base.metadata, *(sa.Column(name, sa.Integer, primary_key=True) for name in seen))
"""


def test_heads_code_changes_nothing_of_bases_checkout(machine: Machine) -> None:
    machine.commit({"models.py": MODELS + SPY.format(ways=list(WAYS.values()))})
    ended = machine.check()
    assert ended.report.status == "proven", ended.text
    (project,) = ended.report.projects
    source = project.migrations[-1].source
    done = [way for number, way in enumerate(WAYS) if f"sa.Column('refused_{number}', sa.Integer()" not in source]
    assert done == []


def test_rights_that_are_changed_hide_nothing(machine: Machine) -> None:
    """Landlock knows no rule for them: base may become unreadable, which is an error and never a smaller change."""
    machine.commit({"models.py": MODELS + SPY.format(ways=["os.chmod(base / 'models.py', 0)"])})
    ended = machine.check()
    assert ended.report.status == "error" or "spied" in ended.report.projects[0].migrations[-1].source, ended.text
