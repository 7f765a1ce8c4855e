"""Setting up a package runs its code: it sees no more than the project's, and what it leaves is not trusted."""

import pytest

from tests.support.machine import PROBES, SECRET, Machine
from tests.support.projects import MODELS

PYPROJECT = """
[project]
name = "evil"
version = "1"

[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """
{source}

import json, os, pathlib, sys
found = {call}
{more}
raise RuntimeError("loot: " + json.dumps(found)[:3000] + " :loot")
"""
WITH_AGE = MODELS + "    age = sa.Column(sa.Integer)\n"
PLANT = """
target = pathlib.Path(os.environ["VIRTUAL_ENV"])
for name in ("overrides.txt", "requirements.txt", ".complete"):
    (target / name).unlink(missing_ok=True)
    (target / name).symlink_to({victim!r})
"""


@pytest.mark.parametrize("name", ["environment", "files", "git", "writing"])
def test_a_build_backend_comes_home_with_nothing(machine: Machine, name: str) -> None:
    runner = machine.folder / "runner"
    victim = machine.folder / "runner/env"
    given = {
        "PLACES": [str(machine.home), str(machine.home / ".ssh"), str(runner)],
        "TARGETS": [str(victim), str(machine.home / ".bashrc")],
        "REPOSITORY": str(machine.repository),
        "HOME": str(machine.home),
    }
    source = (PROBES / f"{name}.py").read_text()
    backend = BACKEND.format(source=source, call=f"{name}_spy({given!r})", more=PLANT.format(victim=str(victim)))
    machine.commit({"models.py": WITH_AGE, "evil/pyproject.toml": PYPROJECT, "evil/backend.py": backend})
    ended = machine.check("--install", "uv pip install --no-index --no-deps ./evil")
    assert ended.code == 1
    assert "loot: " in ended.text, ended.text
    assert SECRET not in ended.text + ended.printed
    assert victim.read_text() == ""
    if name == "writing":
        # Its parent is uv, which is confined like itself.
        assert ended.text.partition("loot: [")[2].partition("] :loot")[0].replace("\\", "") == '"could end its parent"'
