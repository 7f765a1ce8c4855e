"""Numbers of users that nobody has: given in turn, and not where somebody has one, or may have it."""

import os
import pwd
from pathlib import Path

import pytest

from bot.errors import ToolError
from bot.system import account_numbers
from bot.system.account_numbers import new


@pytest.fixture(autouse=True)
def last(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(account_numbers, "_LAST", tmp_path / "last")
    return tmp_path / "last"


def _of(monkeypatch: pytest.MonkeyPatch, numbers: range) -> None:
    monkeypatch.setattr(account_numbers, "of_runs", lambda: numbers)


def test_they_are_given_in_turn(last: Path) -> None:
    first, second = new(2)
    assert new(2) == [second + 1, second + 2]
    assert second == first + 1
    assert first >= 1_879_048_192
    assert last.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("said", ["", "x", "-5", "0", "99999999999999999999999999999999999"])
def test_what_is_no_number_of_theirs_is_none(last: Path, said: str) -> None:
    last.write_text(said)
    assert new(1)[0] in account_numbers.of_runs()


def test_a_link_in_its_place_is_not_written_to(last: Path, tmp_path: Path) -> None:
    last.symlink_to(tmp_path / "theirs")
    assert len({*new(1), *new(1)}) == 2
    assert not (tmp_path / "theirs").exists()


def test_numbers_of_users_and_of_what_runs_are_passed_over(monkeypatch: pytest.MonkeyPatch, last: Path) -> None:
    taken = max(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid < 60_000)
    monkeypatch.setattr(account_numbers, "_living", lambda: {taken + 1})
    monkeypatch.setattr(account_numbers, "_handed_on", lambda: [range(taken + 2, taken + 5)])
    _of(monkeypatch, range(taken, taken + 7))
    last.write_text(str(taken - 1))
    assert sorted(new(2)) == [taken + 5, taken + 6]


def test_whoever_runs_is_known() -> None:
    assert {os.getuid(), os.geteuid(), os.getgid()} <= account_numbers._living()


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("joe:100000:65536\nroot:1:2\n", [range(100_000, 165_536), range(1, 3)]),
        ("# none\n\njoe:x:y\njoe:1\n", []),
    ],
)
def test_what_users_may_give_to_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, given: list[range]
) -> None:
    (tmp_path / "subuid").write_text(text)
    monkeypatch.setattr(account_numbers, "_SUBORDINATE", (tmp_path / "subuid", tmp_path / "subgid"))
    assert account_numbers._handed_on.__wrapped__() == given


@pytest.mark.parametrize(
    ("uids", "gids", "possible"),
    [
        ("0 0 4294967295", "0 0 4294967295", account_numbers._UNUSED),
        ("0 1000 1\n1 100000 65535", "0 1000 1\n1 100000 65535", account_numbers._FEW),
        ("0 0 4294967295", "0 100000 65536", account_numbers._FEW),
        ("0 1000 1", "0 1000 1", range(0)),
    ],
)
def test_a_user_namespace_may_have_few(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, uids: str, gids: str, possible: range
) -> None:
    (tmp_path / "uid_map").write_text(uids)
    (tmp_path / "gid_map").write_text(gids)
    monkeypatch.setattr(account_numbers, "_MAPS", tmp_path)
    assert account_numbers.of_runs.__wrapped__() == possible


def test_where_there_are_none_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    _of(monkeypatch, range(0))
    with pytest.raises(ToolError, match="no numbers of users"):
        new(1)
