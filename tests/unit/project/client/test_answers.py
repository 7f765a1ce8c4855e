"""What the trusted side makes of a worker's answers, which are not to be trusted."""

import msgspec
import pytest

from bot.project.client import answers
from bot.project.client.answers import Loaded, Models, Ran, Reply, WorkerFailure, decode, few, is_inside
from bot.project.client.failures import to_error
from bot.project.worker import tracing


@pytest.mark.parametrize("path", ["versions/a.py", "a.py", "a b/ü.py"])
def test_paths_inside(path: str) -> None:
    assert is_inside(path)


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../a.py", "a/../../b", "a\x00b"])
def test_paths_outside(path: str) -> None:
    assert not is_inside(path)


@pytest.mark.parametrize("answer", [b"[]", b"{}", b'{"revisions": 3}', b"x", b""])
def test_answers_of_the_wrong_shape_are_refused(answer: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode(answer, Loaded)


def test_replies_are_results_or_failures() -> None:
    assert decode(decode(b'{"ok": ["a"]}', Reply).ok, list[str]) == ["a"]
    failed = decode(b'{"error": {"kind": "import", "type": "T", "message": "m"}}', Reply)
    assert failed.error == WorkerFailure(kind="import", type="T", message="m")


def test_empty_models_keep_the_options() -> None:
    models = Models(tables=[], version_table="v", concurrently=["i"])
    assert Models.empty(models) == Models(tables=[], version_table="v", metadata_empty=True)


def test_a_failure_names_place_type_and_message() -> None:
    failure = WorkerFailure(
        kind="exception", type="ValueError", message="odd", path="app/models.py", line=3, traceback="trace"
    )
    error = to_error(failure, "printed\n")
    assert error.message == "app/models.py, line 3: ValueError: odd"
    assert error.log_tail == "printed\ntrace"


@pytest.mark.parametrize(
    ("failure", "advice"),
    [
        (WorkerFailure(kind="settings", type="Problem", message="x", missing=["A", "B"]), "--env A=… --env B=…"),
        (WorkerFailure(kind="import", type="ImportError", message="x", module="stripe"), "Is stripe among"),
        (
            WorkerFailure(kind="import", type="ImportError", message="x", module="six.moves"),
            "There is a six without moves",
        ),
        (WorkerFailure(kind="dialect", type="Problem", message="x", asked=["DB_URL"]), "not set: DB_URL."),
        (WorkerFailure(kind="exception", type="TypeError", message="x", asked=["DB_URL"]), "not set: DB_URL."),
    ],
)
def test_advice(failure: WorkerFailure, advice: str) -> None:
    assert advice in to_error(failure, "").advice


def test_of_what_is_for_people_a_report_takes_some_lines() -> None:
    """200,000 lines of a history were printed, and went on for minutes."""
    assert few(["x" * 1_000] * 1_000) == ["x" * 500] * 50
    assert few(["a -> b (head), add age"]) == ["a -> b (head), add age"]


def test_a_run_has_no_more_statements_than_a_worker_tells() -> None:
    """60,000 forged ones kept the bot busy without end: each was compared with all others."""
    assert (answers.MOST_STATEMENTS, answers.LONGEST_STATEMENT) == (tracing.MOST, tracing.LONGEST)
    one = {"revision": "a", "sql": "SELECT 1", "line": 1, "seconds": 0.1}
    allowed = {"revisions": ["a"], "statements": [one] * (answers.MOST_STATEMENTS - 1) + [{**one, "sql": "é" * 10_000}]}
    assert len(decode(msgspec.json.encode(allowed), Ran).statements) == 2_000
    for statements in ([one] * 2_001, [{**one, "sql": "x" * 10_001}]):
        with pytest.raises(msgspec.ValidationError, match="of length <= "):
            decode(msgspec.json.encode({"revisions": [], "statements": statements}), Ran)


def test_nor_are_they_longer_together() -> None:
    """Statements of 20 MB kept the bot busy for minutes: each is read word by word, and more than once."""
    assert answers.MOST_TEXT == tracing.MOST_TEXT
    one = {"revision": "a", "sql": "x" * 10_000, "line": 1, "seconds": 0.1}
    assert decode(msgspec.json.encode({"revisions": [], "statements": [one] * 100}), Ran)
    with pytest.raises(msgspec.ValidationError, match="more than 1000000 characters"):
        decode(msgspec.json.encode({"revisions": [], "statements": [one] * 101}), Ran)
