"""What a kernel cannot keep from the project's code is said, layer by layer."""

import pytest

from bot.system import Account, confinement, control_group, landlock, namespaces, seccomp

LATER = "namespaces, a namespace of processes, a control group"


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
        (7, True, Account(), f"Landlock 7, seccomp; without {LATER}, an account of its own"),
        (0, True, Account(7, 7), f"seccomp, an account of its own; without Landlock, {LATER}"),
        (0, False, Account(), f"nothing; without Landlock, seccomp, {LATER}, an account of its own"),
    ],
)
def test_each_report_has_the_layers(
    monkeypatch: pytest.MonkeyPatch, known: int, filters: bool, account: Account, said: str
) -> None:
    monkeypatch.setattr(landlock, "version", lambda: known)
    monkeypatch.setattr(seccomp, "is_there", lambda: filters)
    monkeypatch.setattr(namespaces, "available", lambda _account: False)
    monkeypatch.setattr(namespaces, "of_processes", lambda _account: False)
    monkeypatch.setattr(control_group, "group", lambda: None)
    assert confinement.layers(account) == said


def test_nothing_is_said_where_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 6)
    monkeypatch.setattr(seccomp, "is_there", lambda: True)
    assert confinement.missing() == ()
