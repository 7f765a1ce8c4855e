"""Where the time of a run goes.

In: named spans, opened where something takes long, as context managers or decorators. Out: seconds by name, which add
up to the whole, and the spans themselves for a trace viewer. Outside of a clock nothing is noted.
"""

import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import ParamSpec, TypeVar

from bot.system.running import end_programs

P = ParamSpec("P")
Result = TypeVar("Result")

OTHER, TOTAL = "other", "total"


@dataclass(frozen=True)
class Span:
    """Moments are those of `time.perf_counter`; `track` is what it was done for, `thread` the id of the thread."""

    name: str
    track: str
    thread: int
    started: float
    ended: float
    details: tuple[tuple[str, str], ...] = ()


@dataclass
class Clock:
    """Counts the seconds of the thread that it is made in; spans of other threads are noted only.

    Within another span, a span's seconds are its own: no second is counted twice.
    """

    track: str
    spans: list[Span] = field(default_factory=list)
    _seconds: dict[str, float] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _since: float = field(default_factory=time.perf_counter)
    _started: float = field(default_factory=time.perf_counter)
    _thread: int = field(default_factory=threading.get_ident)

    @contextmanager
    def running(self) -> Iterator["Clock"]:
        """Spans that are opened within the context are this clock's."""
        token = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(token)

    @contextmanager
    def measure(self, name: str, **details: str) -> Iterator[None]:
        """A span."""
        thread, started = threading.get_ident(), time.perf_counter()
        counts = thread == self._thread
        if counts:
            self._count(started)
            self._open.append(name)
        try:
            yield
        finally:
            ended = time.perf_counter()
            if counts:
                self._count(ended)
                self._open.pop()
            self.spans.append(Span(name, self.track, thread, started, ended, tuple(details.items())))

    def _count(self, now: float) -> None:
        name = self._open[-1] if self._open else OTHER
        self._seconds[name] = self._seconds.get(name, 0.0) + now - self._since
        self._since = now

    def seconds(self) -> dict[str, float]:
        """Seconds by the names of the spans, the longest first, and in total."""
        now = time.perf_counter()
        self._count(now)
        found = sorted(self._seconds.items(), key=lambda item: -item[1])
        return {name: round(spent, 3) for name, spent in [*found, (TOTAL, now - self._started)]}


_current: contextvars.ContextVar[Clock | None] = contextvars.ContextVar("clock", default=None)


@contextmanager
def span(name: str, **details: str) -> Iterator[None]:
    """Note how long it takes, for the clock that is running; also a decorator."""
    clock = _current.get()
    if clock is None:
        yield
        return
    with clock.measure(name, **details):
        yield


class Threads(ThreadPoolExecutor):
    """Threads that work for the clock of whoever gives them something to do, and end when the run is asked to."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        """Whoever stops the run does not wait for what the project's code is doing."""
        if kind is not None and issubclass(kind, KeyboardInterrupt | SystemExit):
            self.shutdown(wait=False, cancel_futures=True)
            end_programs()
        return super().__exit__(kind, error, trace)

    def submit(self, fn: Callable[P, Result], /, *args: P.args, **kwargs: P.kwargs) -> Future[Result]:
        context = contextvars.copy_context()
        return super().submit(lambda: context.run(fn, *args, **kwargs))
