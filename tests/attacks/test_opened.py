"""What a pull request names as a folder that its code needs: none of them opens the repository, or other secrets."""

import os
import sys
from pathlib import Path

import pytest

from bot.system import landlock
from tests.support.machine import SECRET, Machine, spy
from tests.support.projects import FILES, MODELS

pytestmark = pytest.mark.skipif(landlock.version() < 1, reason="this kernel has no Landlock")


def _given(machine: Machine) -> dict[str, object]:
    return {"PLACES": [str(machine.repository / ".git/config"), str(machine.folder / "runner")]}


def test_a_value_of_an_example_opens_no_folder(machine: Machine) -> None:
    """The bot fills settings in from `.env.example`: what they name is not read."""
    asking = 'import os\nWORK, RUNNER = os.environ["WORK_FOLDER"], os.environ["RUNNER_FOLDER"]\n'
    example = f"WORK_FOLDER={machine.repository}\nRUNNER_FOLDER={machine.folder / 'runner'}\n"
    source = spy("files", given=_given(machine), models=MODELS + asking)
    # An environment that base does not have: what the bot fills in is head's word.
    for name in FILES:
        (machine.repository / name).unlink()
    machine.commit({}, "nothing")
    machine.commit({**FILES, "models.py": source, ".env.example": example})
    ended = machine.check()
    assert f"WORK_FOLDER={machine.repository}" in ended.text
    assert ended.loot == []
    assert SECRET not in ended.text + ended.printed


def _environment(machine: Machine, way: str) -> Path:
    """A `.venv` in the repository that runs, and names the repository as a place where its Python is."""
    place = machine.repository / ".venv"
    if way == "a link":
        place.symlink_to(".")
        place = machine.repository
    version = "python{}.{}".format(*sys.version_info[:2])
    (place / "bin").mkdir(parents=True, exist_ok=True)
    (place / "bin/python").symlink_to(os.path.realpath(machine.project))
    library = place / "lib" / version
    library.mkdir(parents=True)
    packages = machine.project.parent.parent / "lib" / version / "site-packages"
    home = next(
        line for line in (machine.project.parent.parent / "pyvenv.cfg").read_text().splitlines() if "home" in line
    )
    named = f"home = {machine.repository}/bin\n"
    if way == "packages":
        (library / "site-packages").symlink_to(packages)
        other = place / "lib/python3.99"
        other.mkdir()
        (other / "site-packages").symlink_to(machine.repository)
        (machine.repository / "x-1.dist-info").mkdir()
        (machine.repository / "x-1.dist-info/METADATA").write_text("Name: x\n")
        named = ""
    else:
        (library / "site-packages").symlink_to(packages)
        (machine.repository / "lib/python3.98").mkdir(parents=True, exist_ok=True)
        (machine.repository / "lib/python3.98/os.py").write_text("")
    # Python takes the first line whatever its case is.
    (place / "pyvenv.cfg").write_text(f"{home.replace('home', 'HOME')}\n{named}")
    return machine.repository / ".venv"


@pytest.mark.parametrize("way", ["home", "packages", "a link"])
def test_an_environment_of_the_repositorys_opens_nothing_else(machine: Machine, way: str) -> None:
    """`python = ".venv"` in the settings of base, and head brings it."""
    environment = _environment(machine, way)
    machine.commit({"models.py": spy("files", given=_given(machine))})
    ended = machine.check("--python", str(environment))
    if way != "a link":  # there, Python does not find its packages
        assert ended.loot == []
    assert SECRET not in ended.text + ended.printed
