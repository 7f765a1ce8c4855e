"""What comes out of the project's own process: its code can write there as well, and writes what it likes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.database.addresses import Address
from bot.errors import BotError, ProjectError
from bot.model import Failure
from bot.project.client.answers import File, Loaded, Models, Ran, Reply, WorkerFailure, decode, is_inside
from bot.project.client.client import Worker
from bot.project.client.failures import to_error
from bot.report.comment import LIMIT, comment
from bot.system import LOG_TAIL
from tests.properties import hostile, shapes
from tests.support import projects
from tests.support import reports as samples

# What the worker's own half does, and nothing else: it says that it is ready, answers one task, waits for its end.
PROCESS = """\
#!/bin/sh
read -r specification < /proc/self/fd/$3
echo '{"ok": null}' > /proc/self/fd/$4
read -r task < /proc/self/fd/$3
cat "${0%/*}/answer" > /proc/self/fd/$4
exec cat < /proc/self/fd/$3
"""
NOWHERE = Address("/nowhere", 1, "a", "b", "c")
TASKS: list[Callable[[Worker], object]] = [
    Worker.load,
    lambda worker: worker.create_all(NOWHERE),
    lambda worker: worker.upgrade(NOWHERE),
    lambda worker: worker.stamp(NOWHERE, []),
    lambda worker: worker.revision(NOWHERE, message="m", revision_id="a"),
]
kinds = st.sampled_from([Loaded, Models, Ran, File, WorkerFailure])
results = kinds.flatmap(shapes.of).map(msgspec.to_builtins)
replies = results.flatmap(lambda whole: st.one_of(hostile.damaged({"ok": whole}), hostile.damaged({"error": whole})))
answers = st.one_of(
    replies.map(lambda reply: json.dumps(reply).encode()),
    st.builds(lambda reply, at: json.dumps(reply).encode()[:at], replies, st.integers(0, 200)),
    st.integers(0, 50_000).map(lambda depth: b'{"ok": ' + b"[" * depth),
    st.binary(max_size=60),
)


@dataclass(frozen=True)
class Answering:
    """Workers whose process gives the answers that it is told to give."""

    root: Path

    def ask(self, answer: bytes, task: Callable[[Worker], object]) -> object:
        python = self.root / "python"
        (self.root / "answer").write_bytes(answer.replace(b"\n", b" ") + b"\n")
        python.write_text(PROCESS)
        python.chmod(0o755)
        with Worker.start(projects.spec(self.root / "project", self.root, python, timeout=20.0)) as worker:
            return task(worker)


@pytest.fixture(scope="module")
def answering() -> Iterator[Answering]:
    with TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        projects.write(root / "project", None)
        yield Answering(root)


@settings(max_examples=40)
@given(answers, st.sampled_from(TASKS))
@example(b"\xff", Worker.load)
@example(b'{"ok": ' + b"[" * 50_000, Worker.load)
@example(b'{"ok": {"path": "../x.py", "source": "", "operations": [], "notes": []}}', TASKS[-1])
def test_an_answer_is_a_result_or_the_projects_own_error(
    answering: Answering, answer: bytes, task: Callable[[Worker], object]
) -> None:
    try:
        result = answering.ask(answer, task)
    except ProjectError as error:
        _can_be_told(error)
        return
    assert not isinstance(result, File) or is_inside(result.path)


def _can_be_told(error: BotError) -> None:
    assert len(error.log_tail) <= LOG_TAIL
    failure = Failure(kind=error.kind, message=error.message, advice=error.advice, log_tail=error.log_tail)
    rendered = comment(samples.report(samples.project("error", error=failure)))
    assert len(rendered) < LIMIT
    assert "no verdict" in rendered


@given(answers, kinds)
@example(b"\xff", Loaded)
@example(b"[" * 100_000, Loaded)
def test_bytes_are_an_answer_or_no_answer(answer: bytes, kind: Any) -> None:
    for wanted in (Reply, kind, list[str]):
        try:
            decode(answer, wanted)
        except msgspec.MsgspecError as error:
            _can_be_told(ProjectError(str(error)))


@given(shapes.of(WorkerFailure), hostile.texts)
def test_a_failure_of_any_words_can_be_told(failure: WorkerFailure, tail: str) -> None:
    _can_be_told(to_error(failure, tail))


@given(hostile.wild)
def test_a_path_that_is_inside_stays_inside(path: str) -> None:
    if is_inside(path):
        assert Path("/a/b", path).is_relative_to("/a/b")
        assert ".." not in Path(path).parts
