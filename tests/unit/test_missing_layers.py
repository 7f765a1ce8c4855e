"""What a kernel cannot keep from the project's code is said, layer by layer."""

import pytest

from bot.system import Account, confinement, landlock, namespaces, seccomp


@pytest.mark.parametrize(
    ("known", "filters", "said"),
    [
        (0, True, ["no Landlock", "files", "TCP", "abstract"]),
        (1, True, ["Landlock 1 instead of 6", "TCP", "abstract"]),
        (3, True, ["Landlock 3", "TCP", "abstract"]),
        (4, True, ["Landlock 4", "abstract"]),
        (6, False, ["no seccomp"]),
        (0, False, ["no Landlock", "no seccomp"]),
    ],
)
def test_a_missing_layer_is_named(monkeypatch: pytest.MonkeyPatch, known: int, filters: bool, said: list[str]) -> None:
    monkeypatch.setattr(landlock, "version", lambda: known)
    monkeypatch.setattr(seccomp, "is_there", lambda: filters)
    (note,) = confinement.missing()
    assert all(word in note for word in said), note


@pytest.mark.parametrize(
    ("known", "filters", "account", "said"),
    [
        (7, True, Account(), "Landlock 7, seccomp; without namespaces, an account of its own"),
        (0, True, Account(7, 7), "seccomp, an account of its own; without Landlock, namespaces"),
        (0, False, Account(), "nothing; without Landlock, seccomp, namespaces, an account of its own"),
    ],
)
def test_each_report_has_the_layers(
    monkeypatch: pytest.MonkeyPatch, known: int, filters: bool, account: Account, said: str
) -> None:
    monkeypatch.setattr(landlock, "version", lambda: known)
    monkeypatch.setattr(seccomp, "is_there", lambda: filters)
    monkeypatch.setattr(namespaces, "available", lambda _account: False)
    assert confinement.layers(account) == said


def test_nothing_is_said_where_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 6)
    monkeypatch.setattr(seccomp, "is_there", lambda: True)
    assert confinement.missing() == ()
