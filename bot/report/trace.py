"""The spans of a run as a file that trace viewers open: chrome://tracing, ui.perfetto.dev, speedscope.app.

The format is Chrome's "Trace Event Format", with complete events (`X`) and the names of processes and threads (`M`).
Each Alembic environment is shown as a process of its own; the run itself is the first.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from bot.system.timing import Span

_MICROSECONDS = 1_000_000


def trace(spans: Sequence[Span]) -> bytes:
    """The file; moments count from the first span."""
    beginning = min((span.started for span in spans), default=0.0)
    tracks = {track: number for number, track in enumerate(dict.fromkeys(["", *(span.track for span in spans)]), 1)}
    threads = {thread: number for number, thread in enumerate(dict.fromkeys(span.thread for span in spans), 1)}
    events = [
        *_names(spans, tracks, threads),
        *(_event(span, beginning, tracks, threads) for span in sorted(spans, key=lambda span: span.started)),
    ]
    return msgspec.json.encode({"displayTimeUnit": "ms", "traceEvents": events}) + b"\n"


def _names(spans: Sequence[Span], tracks: dict[str, int], threads: dict[int, int]) -> Iterator[dict[str, Any]]:
    for track, pid in tracks.items():
        yield {"ph": "M", "name": "process_name", "pid": pid, "args": {"name": track or "migration-bot"}}
    for track, thread in dict.fromkeys((span.track, span.thread) for span in spans):
        pid, tid = tracks[track], threads[thread]
        yield {"ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": {"name": f"thread {tid}"}}


def _event(span: Span, beginning: float, tracks: dict[str, int], threads: dict[int, int]) -> dict[str, Any]:
    return {
        "ph": "X",
        "name": span.name,
        "cat": span.name.partition(".")[0],
        "pid": tracks[span.track],
        "tid": threads[span.thread],
        "ts": round((span.started - beginning) * _MICROSECONDS),
        "dur": round((span.ended - span.started) * _MICROSECONDS),
        "args": dict(span.details),
    }
