"""The file for trace viewers, as Chrome's "Trace Event Format" describes it."""

import json

from bot.report.trace import trace
from bot.system.timing import Span

SPANS = [
    Span("project.upgrade", "shop/alembic.ini", 77, 12.0, 12.5, (("side", "base"),)),
    Span("workspaces", "", 55, 10.0, 10.25),
]


def test_events_are_complete_and_count_from_the_first() -> None:
    events = json.loads(trace(SPANS))["traceEvents"]
    complete = [event for event in events if event["ph"] == "X"]
    assert [(event["name"], event["cat"], event["ts"], event["dur"]) for event in complete] == [
        ("workspaces", "workspaces", 0, 250_000),
        ("project.upgrade", "project", 2_000_000, 500_000),
    ]
    assert complete[1]["args"] == {"side": "base"}


def test_every_environment_is_a_process_with_its_name() -> None:
    events = json.loads(trace(SPANS))["traceEvents"]
    names = {event["pid"]: event["args"]["name"] for event in events if event["name"] == "process_name"}
    assert [names[event["pid"]] for event in events if event["ph"] == "X"] == ["migration-bot", "shop/alembic.ini"]
    threads = {(event["pid"], event["tid"]) for event in events if event["name"] == "thread_name"}
    assert threads == {(event["pid"], event["tid"]) for event in events if event["ph"] == "X"}
