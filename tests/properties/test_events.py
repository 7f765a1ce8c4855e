"""Payloads of webhooks: GitHub writes them, with what people typed, and a forged file must not stop the step oddly."""

import json
from pathlib import Path
from typing import Any, get_args

from hypothesis import example, given
from hypothesis import strategies as st

from bot.action.runner import Runner
from bot.errors import UsageError
from bot.request.event import Event, Ignored, Refused, read
from tests.properties import hostile
from tests.properties.refusals import told

NAMES = ["pull_request", "pull_request_target", "issue_comment", "merge_group", "workflow_dispatch", "workflow_run"]
_TIP = {"sha": "a" * 40, "ref": "topic", "repo": {"full_name": "o/r"}}
PULL = {"number": 1, "state": "open", "base": _TIP, "head": _TIP}
PAYLOAD = {
    "action": "opened",
    "changes": {"base": {}},
    "pull_request": PULL,
    "repository": {"full_name": "o/r"},
    "issue": {"number": 1, "state": "open", "pull_request": {"url": "x"}},
    "comment": {"id": 1, "body": "/migration", "user": {"login": "someone", "type": "User"}},
    "merge_group": {"base_sha": "a" * 40, "head_sha": "b" * 40},
    "workflow_run": {
        "event": "pull_request",
        "head_sha": "a" * 40,
        "head_branch": "topic",
        "head_repository": {"owner": {"login": "someone"}},
    },
}
ACTIONS = ["opened", "edited", "created", "completed", "checks_requested"]
names = st.one_of(st.sampled_from(NAMES), hostile.texts)
payloads = st.sampled_from(ACTIONS).flatmap(lambda action: hostile.damaged({**PAYLOAD, "action": action}))


@given(names, payloads)
@example("pull_request", {**PAYLOAD, "action": "opened", "pull_request": {**PULL, "head": "topic"}})
@example("pull_request", {**PAYLOAD, "action": "opened", "pull_request": {**PULL, "number": float("inf")}})
@example("issue_comment", {**PAYLOAD, "action": "created", "issue": []})
def test_a_payload_is_an_event_or_turned_down_with_a_reason(name: str, payload: Any) -> None:
    found = read(name, payload)
    assert isinstance(found, get_args(Event))
    if isinstance(found, Ignored | Refused):
        assert found.reason


@given(st.sampled_from(NAMES), payloads)
def test_an_event_holds_words_numbers_and_flags_only(name: str, payload: Any) -> None:
    found = read(name, payload)
    for value in vars(found).values():
        assert value is None or type(value) in (str, int, bool)


def _environment(folder: Path, data: bytes) -> dict[str, str]:
    path = folder / "event.json"
    path.write_bytes(data)
    return {
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_WORKSPACE": str(folder),
    }


files = st.one_of(
    payloads.map(lambda payload: json.dumps(payload).encode()),
    st.binary(max_size=60),
    hostile.texts.map(str.encode),
    st.integers(1, 200_000).map(lambda depth: b"[" * depth),
    st.integers(1, 20_000).map(lambda digits: b'{"number": ' + b"9" * digits + b"}"),
    st.sampled_from([b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"a": "\\ud800"}', b"\xef\xbb\xbf{}", b"\xff", b""]),
)


@given(files)
@example(b"[" * 100_000)
def test_a_file_is_a_payload_or_refused(tmp_path_factory: Any, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("event")
    try:
        runner = Runner.read(_environment(folder, data))
    except UsageError as error:
        told(error)
        return
    assert isinstance(read(runner.event_name, runner.event), get_args(Event))
