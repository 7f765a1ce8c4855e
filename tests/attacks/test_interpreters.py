"""Interpreters, versions and configuration of uv's that a pull request brings: the bot runs and believes none."""

import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import BotError
from bot.project.environment import environments
from bot.project.environment.environments import EnvironmentRequest
from bot.project.environment.interpreters import Interpreters
from bot.project.environment.trust import is_trusted
from bot.system import Account, Confinement, accounts, remove
from tests.support.machine import SECRET

# Says who ran it, then it behaves like an interpreter.
PROGRAM = """#!/bin/sh
echo "$(id -u) $STOLEN" >> {mark}
exec /usr/bin/python3 "$@"
"""
NOT_AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs projects' code as another account")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may enter, with a file that everybody may write."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    (folder / "checkout").mkdir()
    (folder / "mark").touch()
    (folder / "mark").chmod(0o666)
    yield folder
    remove(folder)


def _program(place: Path, name: str) -> Path:
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PROGRAM.format(mark=place / "mark"))
    path.chmod(0o755)
    return path


def _request(place: Path, python: str = "auto", **env: str) -> EnvironmentRequest:
    given = {"PATH": "/usr/bin:/bin", "UV_PYTHON_DOWNLOADS": "never", "UV_OFFLINE": "1", **env}
    sandbox = Confinement(hidden=(Path("/tmp"), Path("/run")), readable=(place / "mark",))
    checkout = place / "checkout"
    return EnvironmentRequest(checkout, checkout, python, "", None, given, sandbox)


def _prepare(request: EnvironmentRequest, place: Path) -> str:
    """What became of it, in words."""
    cache = place / "cache"
    cache.mkdir(exist_ok=True, mode=0o755)
    try:
        return str(environments.prepare(request, cache_dir=cache, accounts=accounts(), log=lambda _: None))
    except BotError as error:
        return error.message


def _ran(place: Path) -> set[str]:
    """The accounts that ran the program."""
    return set((place / "mark").read_text().split())


PYPROJECT = '[project]\nname = "x"\nversion = "1"\n'
REQUESTS = {
    "a path in pyproject.toml": ("pyproject.toml", f'{PYPROJECT}requires-python = "{{path}}"\n'),
    "a path after a version": ("pyproject.toml", f'{PYPROJECT}requires-python = ">=3.9,{{path}}"\n'),
    "a path in setup.cfg": ("setup.cfg", "[metadata]\nname = x\n[options]\npython_requires = {path}\n"),
    "a path in setup.py": ("setup.py", "from setuptools import setup\nsetup(name='x', python_requires='{path}')\n"),
    "a path in Pipfile": ("Pipfile", '[packages]\n[requires]\npython_version = "{path}"\n'),
    "a path for poetry": (
        "pyproject.toml",
        '[tool.poetry]\nname = "x"\nversion = "1"\n[tool.poetry.dependencies]\npython = "{path}"\n',
    ),
    "an option": ("pyproject.toml", f'{PYPROJECT}requires-python = "--directory={{folder}}"\n'),
    "a table": ("pyproject.toml", f'{PYPROJECT}[project.requires-python]\nx = "{{path}}"\n'),
}


@pytest.mark.parametrize("way", REQUESTS)
def test_a_version_that_is_none_runs_nothing(place: Path, way: str) -> None:
    """B1: uv took a path for an interpreter, and ran it as whoever the bot is."""
    path = _program(place, "checkout/evil")
    name, text = REQUESTS[way]
    (place / "checkout" / name).write_text(text.format(path=path, folder=place / "checkout"))
    _prepare(_request(place), place)
    assert _ran(place) == set()


def _plant(place: Path, account: Account) -> list[Path]:
    """Interpreters where code that was run before can have put them."""
    homes = [place / "cache" / folder for folder in ("home", "pythons", "home/.local/share/uv/python", "uv")]
    found = []
    for home in homes:
        found.append(_program(home, "cpython-3.99.1-linux-x86_64-gnu/bin/python3"))
        found.append(_program(home, "cpython-3.99.1-linux-x86_64-gnu/bin/python3.99"))
        for path in (*home.rglob("*"), home):
            account.own(path)
    return found


@NOT_AS_ROOT
def test_a_planted_interpreter_is_not_found(place: Path) -> None:
    """B2: what a build backend leaves in the installer's home or cache was run as root by the next search."""
    _plant(place, accounts().worker)
    (place / "mark").write_text("")
    _prepare(_request(place, "3.99"), place)
    _prepare(_request(place, HOME=str(place / "cache/home")), place)
    assert _ran(place) == set()


@NOT_AS_ROOT
@pytest.mark.parametrize("where", ["owned", "open", "beside"])
def test_a_folder_on_the_path_that_others_write_is_passed_over(place: Path, where: str) -> None:
    account = accounts().worker
    program = _program(place, "tools/bin/python3")
    if where == "owned":
        account.own(program.parent)
    elif where == "open":
        program.parent.parent.chmod(0o777)
    else:
        program.unlink()
        program.symlink_to(_program(place, "other/python3"))
        account.own(place / "other")
    _prepare(_request(place, PATH=f"{program.parent}:/usr/bin:/bin"), place)
    assert _ran(place) == set()
    assert not is_trusted(program, account)


@NOT_AS_ROOT
def test_an_interpreter_that_is_run_is_run_as_the_projects_account(place: Path) -> None:
    program = _program(place, "tools/bin/python3")
    found = Interpreters(accounts().worker, place / "cache", {"PATH": str(program.parent)}, _request(place).sandbox)
    assert found.runs(program)
    assert "0" not in _ran(place)
    with pytest.raises(BotError):
        found.find(">=3.99")
    assert "0" not in _ran(place)


@NOT_AS_ROOT
@pytest.mark.parametrize("spec", ["checkout/.venv", "checkout/.venv/bin/python"])
def test_an_environment_that_the_repository_brings_is_not_run_by_the_bot(place: Path, spec: str) -> None:
    """B3: `python = ".venv"` in the settings, and a committed `.venv/bin/python`."""
    _program(place, "checkout/.venv/bin/python")
    _prepare(_request(place, str(place / spec)), place)
    assert "0" not in _ran(place)


@NOT_AS_ROOT
def test_where_an_environment_says_that_its_python_is_nothing_is_copied_or_shown(place: Path) -> None:
    """`home` of a committed pyvenv.cfg names a folder of secrets: it is no Python."""
    secret = place / "secret"
    (secret / "bin").mkdir(parents=True)
    (secret / "lib").mkdir()
    for name in ("bin/python3", "lib/key"):
        (secret / name).write_text(SECRET)
    (secret / "bin/python3").chmod(0o755)
    environment = place / "checkout/.venv"
    (environment / "lib/python3.11").mkdir(parents=True)
    (environment / "bin").mkdir()
    (environment / "lib/python3.11/site-packages").symlink_to(secret / "lib")
    (environment / "pyvenv.cfg").write_text(f"home = {secret}/bin\n")
    (environment / "bin/python").symlink_to(sys.executable)
    said = _prepare(_request(place, str(environment)), place)
    assert SECRET not in "".join(p.read_text(errors="replace") for p in place.glob("cache/**/*") if p.is_file()), said
    from bot.project.environment import sandbox_policy  # noqa: PLC0415

    shown = list(sandbox_policy.python_paths(environment / "bin/python", Confinement()))
    assert not any(path.is_relative_to(secret) for path in shown)


@pytest.mark.parametrize("name", ["uv.toml", "pyproject.toml", ".python-version", ".env"])
def test_uvs_configuration_in_the_folder_of_the_run_is_not_read(
    place: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B6: `uv.toml` of the folder in which the bot runs named the mirror that Pythons come from."""
    program = _program(place, "checkout/evil")
    mirror = f'python-install-mirror = "file://{place}/mirror"\npython-preference = "system"\n'
    texts = {
        "uv.toml": mirror,
        "pyproject.toml": f"[tool.uv]\n{mirror}",
        ".python-version": f"{program}\n",
        ".env": f"UV_PYTHON_INSTALL_MIRROR=file://{place}/mirror\n",
    }
    (place / "checkout" / name).write_text(texts[name])
    monkeypatch.chdir(place / "checkout")
    request = replace(_request(place, "3.8"), env={"PATH": "/nowhere", "UV_OFFLINE": "1"})
    said = _prepare(request, place)
    assert "no Python 3.8 " in said
    assert _ran(place) == set()
    assert "mirror" not in said


@NOT_AS_ROOT
def test_ownership_is_never_changed_through_a_link(place: Path) -> None:
    """B23: `chown` by path, in folders that another account may write, followed what was put in their place."""
    from bot.project.environment.ownership import take_over  # noqa: PLC0415

    account = accounts().worker
    victim = place / "victim"
    (victim / "inner").mkdir(parents=True)
    (victim / "inner/file").touch()
    for path in (victim, victim / "inner", victim / "inner/file"):
        os.chown(path, 1234, 1234)
    folder = place / "environment"
    folder.mkdir()
    (folder / "lib").symlink_to(victim / "inner")
    (folder / "file").symlink_to(victim / "inner/file")
    account.own(folder)
    take_over(folder)
    assert {path.stat().st_uid for path in (victim, victim / "inner", victim / "inner/file")} == {1234}
    assert folder.stat().st_uid == 0


@NOT_AS_ROOT
def test_an_environment_is_written_by_nobody_later(place: Path) -> None:
    """A build left folders that everybody may write: whoever did planted code for all later runs."""
    from bot.project.environment.ownership import take_over  # noqa: PLC0415

    account = accounts().worker
    folder = place / "environment"
    (folder / "packages").mkdir(parents=True)
    (folder / "packages/module.py").touch()
    os.mkfifo(folder / "packages/pipe")
    # `man 5 acl`: the owner, the account by name, the group, the mask, all others.
    entries = ((1, 7, -1), (2, 7, account.uid), (4, 5, -1), (16, 7, -1), (32, 5, -1))
    access = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
    for path in (folder / "packages/module.py", folder / "packages", folder):
        path.chmod(0o777)
        account.own(path)
        with suppress(OSError):  # a file system without access lists
            os.setxattr(path, "system.posix_acl_access", access)
    take_over(folder)
    words = ["/bin/sh", "-c", f"echo x >> {folder}/packages/module.py; touch {folder}/x {folder}/packages/x"]
    subprocess.run(words, user=account.uid, group=account.gid, extra_groups=[], check=False, capture_output=True)
    assert (folder / "packages/module.py").read_text() == ""
    assert sorted(path.name for path in folder.rglob("*")) == ["module.py", "packages", "pipe"]
