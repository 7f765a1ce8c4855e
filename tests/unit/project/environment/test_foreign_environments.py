"""What packages may leave in an environment, which the bot looks into: it neither waits nor believes."""

import os
from pathlib import Path

import pytest

from bot.project.environment import installed, sandbox_policy
from bot.system import Confinement


def _environment(folder: Path, config: str = "") -> Path:
    place = folder / "environment"
    (place / "bin").mkdir(parents=True)
    (place / "bin/python").touch()
    (place / "lib/python3.12/site-packages").mkdir(parents=True)
    (place / "pyvenv.cfg").write_text(config)
    return place


@pytest.mark.parametrize("what", ["a pipe", "a device", "a folder", "too much"])
def test_a_configuration_that_is_no_file_is_none(tmp_path: Path, what: str) -> None:
    """A build that leaves a pipe in its place had the bot wait for good, and a device filled its memory."""
    config = _environment(tmp_path) / "pyvenv.cfg"
    config.unlink()
    match what:
        case "a pipe":
            os.mkfifo(config)
        case "a device":
            config.symlink_to("/dev/zero")
        case "a folder":
            config.mkdir()
        case _:
            config.write_text("home = /usr/bin\n" + "x" * 3_000_000)
    assert sandbox_policy.home_of(tmp_path / "environment/bin/python") is None
    assert list(sandbox_policy.python_paths(tmp_path / "environment/bin/python", Confinement())) == [
        tmp_path / "environment"
    ]


def test_the_folders_of_an_installation_are_opened_and_nothing_beside_them(tmp_path: Path) -> None:
    prefix = tmp_path / "pythons/3.12"
    for name in ("bin", "lib/python3.12", "include", "secrets"):
        (prefix / name).mkdir(parents=True)
    (prefix / "lib/python3.12/os.py").touch()
    (prefix / "lib64").symlink_to("lib")
    (prefix / "share").symlink_to("secrets")
    place = _environment(tmp_path, f"HOME = {prefix}/bin\n")
    found = set(sandbox_policy.python_paths(place / "bin/python", Confinement(hidden=(tmp_path / "pythons/other",))))
    assert found == {place, *(prefix / name for name in ("bin", "lib", "include"))}


@pytest.mark.parametrize("hidden", ["", "lib/secret", ".git"])
def test_what_has_something_hidden_in_it_is_not_opened(tmp_path: Path, hidden: str) -> None:
    place = _environment(tmp_path, f"home = {tmp_path}/bin\n")
    (tmp_path / "lib/python3.12").mkdir(parents=True)
    (tmp_path / "lib/python3.12/os.py").touch()
    (tmp_path / "x-1.dist-info").mkdir()
    (place / "lib/python3.99").mkdir()
    (place / "lib/python3.99/site-packages").symlink_to(tmp_path)
    found = set(sandbox_policy.python_paths(place / "bin/python", Confinement(hidden=(tmp_path / hidden,))))
    assert found == {place, *([tmp_path / "lib"] if hidden != "lib/secret" else [])}


@pytest.mark.parametrize(
    "url", ["file:///a%00b", "file:///%ud800", "file://[", "{}", "file:" + "/x" * 9_000, "file:///"]
)
def test_where_a_package_says_that_it_is_from_may_be_anything(tmp_path: Path, url: str) -> None:
    """A NUL character there ended the run as a bug of the bot."""
    package = _environment(tmp_path) / "lib/python3.12/site-packages/x-1.dist-info"
    package.mkdir()
    (package / "direct_url.json").write_text(f'{{"url": "{url}"}}')
    assert list(installed.made_of(tmp_path / "environment", tmp_path / "checkout")) == []
