"""The PATH of the project's code has the folders that its account can enter, and no others."""

from pathlib import Path

from bot.project.environment.sandbox_policy import search_path
from bot.system import Account, Confinement


def test_folders_out_of_sight_are_left_out(tmp_path: Path) -> None:
    (tmp_path / ".tools" / "bin").mkdir(parents=True)
    sandbox = Confinement(hidden=(tmp_path / ".tools",))
    given = f"{tmp_path}/.tools/bin:/usr/bin::/bin:/usr/bin"
    assert search_path(given, sandbox, Account()) == "/usr/bin:/bin"


def test_folders_that_another_account_cannot_enter_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    tmp_path.chmod(0o700)
    given = f"{tmp_path}/bin:/no/such/folder:/usr/bin"
    assert search_path(given, Confinement(), Account(65534, 65534)) == "/usr/bin"
