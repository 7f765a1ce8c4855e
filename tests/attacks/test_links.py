"""Paths that lead out of the repository: links and `..` in every file that the bot itself, or Alembic, looks at."""

import os
from pathlib import Path

import pytest

from tests.support.machine import SECRET, Machine
from tests.support.projects import FILES, INI, MODELS

WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"
# Those without which the run goes on are tried in one.
LINKS = (
    "requirements.txt uv.lock setup.cfg poetry.lock extra.sql migrations/versions/b2.py",
    "pyproject.toml",
    "models.py",
    "migrations/env.py",
    "migrations/script.py.mako",
    "alembic.ini",
)


@pytest.mark.in_turn
@pytest.mark.parametrize("names", LINKS)
def test_a_link_to_a_secret_shows_nothing(machine: Machine, names: str) -> None:
    secret = machine.folder / "runner/secret"
    secret.write_text(f"{SECRET} = 1\n")
    machine.commit({"models.py": WITH_AGE})
    for name in names.split():
        path = machine.repository / name
        path.unlink(missing_ok=True)
        path.symlink_to(secret)
    machine.git("add", "-A")
    machine.git("commit", "--quiet", "--amend", "-m", "link")
    ended = machine.check()
    assert SECRET not in ended.text + ended.printed
    # Without a configuration there is nothing to check; that it is gone is in plain sight.
    left_out = "symbolic links left out" in ended.text and all(name in ended.text for name in names.split())
    ended_it = ended.report.status == "error" and len(names.split()) == 1
    assert left_out or ended_it or names == "alembic.ini", ended.text


@pytest.mark.in_turn
@pytest.mark.parametrize("template", ["../../../../%%(rev)s", "/var/tmp/stolen_%%(rev)s", "..%%2f%%(rev)s"])
def test_a_name_for_files_leads_nowhere_else(machine: Machine, template: str) -> None:
    before = _everything(machine)
    machine.commit({"models.py": WITH_AGE, "alembic.ini": INI + f"file_template = {template}\n"})
    ended = machine.check()
    assert ended.report.status in ("error", "proven"), ended.text
    assert _everything(machine) == before
    assert not list(Path("/var/tmp").glob("stolen_*"))


def _everything(machine: Machine) -> set[str]:
    return {
        str(Path(folder, name))
        for folder, _, files in os.walk(machine.folder)
        for name in files
        if not {".git", "report", "cache"} & set(Path(folder, name).relative_to(machine.folder).parts)
    }


SWAP = '''
import os, pathlib, threading
versions = pathlib.Path(__file__).parent / "migrations" / "versions"

def swap():
    """Links in place of what was written, as fast as can be."""
    while True:
        for path in versions.glob("*.py"):
            try:
                if not path.is_symlink() and path.name.startswith("b2"):
                    path.unlink()
                    path.symlink_to({secret!r})
            except OSError:
                pass

threading.Thread(target=swap, daemon=True).start()
'''


def test_files_that_turn_into_links_while_they_are_read(machine: Machine) -> None:
    secret = machine.folder / "runner/secret"
    secret.write_text(f"# {SECRET}\n")
    secret.chmod(0o600)
    broken = (
        'revision, down_revision = "b2", "a1"\n\ndef upgrade():\n    raise ValueError("no")\n\ndowngrade = upgrade\n'
    )
    files = {"models.py": WITH_AGE + SWAP.format(secret=str(secret)), "migrations/versions/b2_own.py": broken}
    machine.commit(files)
    machine.give_away()
    ended = machine.check()
    assert SECRET not in ended.text + ended.printed
    assert secret.read_text() == f"# {SECRET}\n"


def test_the_repository_of_the_user_stays_as_it_is(machine: Machine) -> None:
    machine.commit({"models.py": WITH_AGE})
    before = (machine.git("status", "--porcelain"), machine.git("rev-parse", "HEAD"), machine.git("stash", "list"))
    machine.check()
    assert before == (machine.git("status", "--porcelain"), machine.git("rev-parse", "HEAD"), "")
    assert set(FILES) <= set(machine.git("ls-files").splitlines())
