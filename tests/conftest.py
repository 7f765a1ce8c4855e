"""Which of the many tests of a kind are run.

Tests of `machine` run once as root and once as an ordinary user. Where a test has many cases and the account is not
what they are about (the marker `in_turn`), cases and accounts take turns: each case runs once, both accounts are met.
MIGRATION_BOT_TESTS=all runs every case with both.
"""

import os
import signal

import pytest

from tests.support import once

ALL = os.environ.get("MIGRATION_BOT_TESTS") == "all"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "in_turn: its cases take turns with the accounts that run the bot")
    once.begin(config)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Whoever starts a job in the background has its Ctrl-C ignored, by all that it starts as well.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    once.end(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if ALL:
        return
    left_out = [item for item in items if item.get_closest_marker("in_turn") and not _has_its_turn(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def _has_its_turn(item: pytest.Item) -> bool:
    assert isinstance(item, pytest.Function)
    if os.geteuid() != 0:  # who cannot be root runs them all as the user they are
        return bool(item.callspec.params["machine"] == "user")
    return sum(item.callspec.indices.values()) % 2 == 0
