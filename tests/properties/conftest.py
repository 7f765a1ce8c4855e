"""The same examples on every run; `PROPERTY_EXAMPLES=5000` in the environment tries so many others instead."""

import os
import signal
from collections.abc import Iterator
from types import FrameType

import pytest
from hypothesis import HealthCheck, settings

EXAMPLES = os.environ.get("PROPERTY_EXAMPLES")
HANGS = 60 if EXAMPLES is None else 3_600  # seconds after which a test is taken to hang

settings.register_profile(
    "project",
    max_examples=int(EXAMPLES or 100),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("project")


@pytest.fixture(autouse=True)
def never_hangs() -> Iterator[None]:
    """A parser that never comes back fails its test, and does not stop all others."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"it hangs: no end after {HANGS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANGS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
