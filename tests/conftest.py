"""Which of the many tests of a kind are run.

Tests of `machine` run once as root and once as an ordinary user. Where the account is not what they are about (the
marker `in_turn`), tests, their cases and the accounts take turns: each case runs once, both accounts are met.
MIGRATION_BOT_TESTS=all runs every case with both.
"""

import gc
import os
import signal

import pytest

from tests.support import in_turn, once

ALL = os.environ.get("MIGRATION_BOT_TESTS") == "all"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "in_turn: it and its cases take turns with the accounts that run the bot")
    once.begin(config)
    gc.disable()  # until all tests are collected: thousands of objects of which none is garbage
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Whoever starts a job in the background has its Ctrl-C ignored, by all that it starts as well.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    once.end(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.freeze()  # what is there now stays: it need not be looked through again and again
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if ALL:
        return
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("in_turn"):
            tests.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left_out = [item for name, pairs in tests.items() for item in _left_out(name, pairs)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def _left_out(name: str, items: list[pytest.Item]) -> list[pytest.Item]:
    pairs = {item: _pair(item) for item in items}
    if os.geteuid() != 0:  # who cannot be root runs them all as the user they are
        return [item for item, (account, _) in pairs.items() if account != "user"]
    turns = in_turn.chosen(name, pairs.values())
    return [item for item, pair in pairs.items() if pair not in turns]


def _pair(item: pytest.Item) -> tuple[str, str]:
    """The account and the case."""
    assert isinstance(item, pytest.Function)
    account = str(item.callspec.params["machine"])
    return account, "-".join(part for part in item.callspec.id.split("-") if part != account)
