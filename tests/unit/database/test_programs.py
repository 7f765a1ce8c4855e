"""Where the programs of a PostgreSQL server are, or why there are none that can be used."""

from pathlib import Path

import pytest

from bot.database.embedded.programs import Programs, first
from bot.errors import ToolError
from bot.system import Account
from tests.support.troubleshooting import appears


def laid(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for name in names:
        (folder / name).touch(mode=0o755)
    return folder


def test_the_first_complete_set_is_taken(tmp_path: Path) -> None:
    folders = [tmp_path / "nothing", laid(tmp_path / "half", "postgres"), laid(tmp_path / "a", "postgres", "initdb")]
    assert first([*folders, laid(tmp_path / "b", "postgres", "initdb")], Account()) == Programs(tmp_path / "a")


@pytest.mark.parametrize("share", ["share/extension", "share/postgresql/extension", "share/{}/extension"])
def test_an_extension_is_seen_where_the_server_looks_for_it(tmp_path: Path, share: str) -> None:
    folder = laid(tmp_path / "bin", "postgres", "initdb")
    place = tmp_path / share.format(tmp_path.name)
    place.mkdir(parents=True)
    (place / "vector.control").touch()
    assert (Programs(folder).has("vector"), Programs(folder).has("postgis")) == (True, False)


def test_without_programs_the_error_says_how_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(ToolError) as caught:
        first([tmp_path], Account())
    appears("no PostgreSQL server programs on this machine", caught.value.message)
    assert "apt install postgresql" in caught.value.advice


def test_programs_that_the_servers_account_cannot_run_are_named(tmp_path: Path) -> None:
    closed = laid(tmp_path / "closed", "postgres", "initdb")
    closed.chmod(0o700)
    with pytest.raises(ToolError) as caught:
        first([closed], Account(65534, 65534))
    assert str(closed) in caught.value.message
