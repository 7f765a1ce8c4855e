"""GitHub failing at each single request of a run: nothing that was found out is lost, and no comment comes twice.

The requests of each kind of run are listed here, and a test of its own sees that the list is whole. A fault begins at
one of them and lasts, as an outage of one of GitHub's services does. MIGRATION_BOT_TESTS=all tries every fault
everywhere; else the requests of the long runs take turns with them, and a long run loses every other answer.
"""

import json
import os
import re
from collections.abc import Sequence

import pytest

from bot.model import Project, Report, to_json
from tests.fakes.github import Fault
from tests.support.action import TO_ADD, WITH_AGE, WORDS, ActionHarness

SHOWN = ["GET pulls/1", "GET issues/1/comments", "POST issues/1/comments"]
LOOK = ["GET pulls/1", "GET issues/1/comments", "GET commits/SHA/check-runs"]
ORDINARY = ["POST check-runs", "GET issues/1/comments", "PATCH check-runs/1", *SHOWN, *LOOK]
LATER = [*ORDINARY[:2], "PATCH issues/comments/1000", "PATCH check-runs/2", "GET pulls/1", "PATCH issues/comments/1000"]
LATER += ["GET pulls/1", "GET commits/SHA/check-runs"]
FINISHED = ["GET pulls", "POST check-runs", *SHOWN, *LOOK]
COMMAND = [
    "GET collaborators/octocat/permission",
    "POST issues/comments/1000/reactions",
    "GET pulls/1",
    "POST check-runs",
    "GET issues/1/comments",
    "GET collaborators/octocat/permission",
    "GET pulls/1",
    "GET git/commits/SHA",
    "POST git/blobs",
    "POST git/trees",
    "POST git/commits",
    "PATCH git/refs/heads/feature",
    "PATCH check-runs/1",
    "POST check-runs",
    *SHOWN,
    *LOOK,
    "POST issues/comments/1000/reactions",
]
FIRST_CHECKED = COMMAND.index("GET pulls/1", 3)
LANDED = COMMAND.index("PATCH git/refs/heads/feature")
# What stands in the summary.
SAYS = {"proven": "proven: up, down and up again", "unchanged": "nothing to do"}
ALL = os.environ.get("MIGRATION_BOT_TESTS") == "all"
FAULTS = ("500", "403", "429", "reset", "silence")
WAIT = {**dict.fromkeys(FAULTS, 15), "silence": 2}  # seconds for a request, four of which a run sits out


def lines(stage: ActionHarness) -> list[str]:
    """The requests so far, without what differs from run to run."""
    shown = [line.replace("/repos/acme/shop/", "").replace("/repositories/4711/", "") for line in stage.hub.requests]
    return [re.sub(r"\b[0-9a-f]{40}\b", "SHA", line) for line in shown]


def fault(requests: Sequence[str], index: int, kind: str) -> Fault:
    """A fault that begins at a request and stays with all of its kind."""
    line = requests[index]
    pattern = "^" + re.escape(line).replace(r"\ ", " .*/").replace("SHA", r"\w+") + "$"
    made = {
        "500": Fault("status", pattern, 500),
        "403": Fault("status", pattern, 403, "Resource not accessible by integration"),
        "429": Fault("status", pattern, 429, "You have exceeded a secondary rate limit", {"Retry-After": "3600"}),
        "reset": Fault("reset", pattern),
        "silence": Fault("silence", pattern),
    }[kind]
    made.skip = requests[:index].count(line)
    return made


def lost(requests: Sequence[str], index: int) -> Fault:
    """The request is carried out, and its answer does not arrive; the next one does."""
    made = fault(requests, index, "500")
    made.done, made.times, made.status = True, 1, 502
    return made


def losses(requests: Sequence[str]) -> list[list[int]]:
    """Which answers a run loses: one of them, or every other one."""
    everyone = range(len(requests))
    return [[index] for index in everyone] if ALL else [list(everyone[::2]), list(everyone[1::2])]


def each(requests: Sequence[str], *, few: bool = False) -> list[tuple[int, str]]:
    """Every request with every fault; of `few`, with one each."""
    some = few and not ALL
    return [
        (index, kind)
        for index in range(len(requests))
        for number, kind in enumerate(FAULTS)
        if not some or number == index % len(FAULTS)
    ]


def told(out: str) -> list[str]:
    """What people see in the log: annotations outside of the part where nothing is one."""
    before, _, rest = out.partition("::stop-commands::")
    token = rest.split("\n", 1)[0]
    shown = before + rest.partition(f"\n::{token}::\n")[2]
    return [line for line in shown.splitlines() if re.match("::(error|warning|notice)", line)]


def kept(stage: ActionHarness, status: str = "proven") -> bool:
    """Whether report and summary are there."""
    report = stage.folder / f"runner{stage.runs}" / "workspace" / "migration-report" / "report.json"
    return json.loads(report.read_text())["status"] == status and SAYS[status] in stage.summary


def messages(out: str) -> list[str]:
    """Those that are not only notices."""
    return [line for line in told(out) if not line.startswith("::notice")]


def one_message(out: str) -> None:
    """What GitHub did is said once, by its most serious annotation."""
    said = messages(out) or told(out)
    assert len(said) == 1
    assert "GitHub" in said[0]


def finished(stage: ActionHarness) -> None:
    """A run of the first half has left its report."""
    stage.open(WORDS)
    folder = stage.folder / "prepared" / "migration-report"
    folder.mkdir(parents=True)
    project = Project(config="alembic.ini", status="unchanged")
    base, head = stage.hub.sha("main"), stage.hub.sha("feature")
    report = Report(status="unchanged", base=base, head=head, projects=[project])
    (folder / "report.json").write_bytes(to_json(report))


def stuck(stage: ActionHarness) -> list[str]:
    """The bot's comments that stay; answers to commands are not among them."""
    return [body for body in stage.hub.bodies(1) if body.startswith("<!--")]


def test_the_commands_list_is_whole(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    assert stage.comment("/migration commit") == 0
    assert lines(stage) == COMMAND


@pytest.mark.parametrize(
    ("files", "status", "code"), [({"models.py": WITH_AGE}, "proven", TO_ADD), (WORDS, "unchanged", 0)]
)
def test_the_ordinary_list_is_whole(stage: ActionHarness, files: dict[str, str], status: str, code: int) -> None:
    """And the same whatever the report says: the faults are tried with one that needs no database."""
    stage.open(files)
    assert stage.pull_request(comment="always") == code
    assert lines(stage) == ORDINARY
    assert kept(stage, status)


def test_the_list_of_a_later_run_is_whole(after_first: ActionHarness) -> None:
    stage = after_first
    stage.write({"models.py": WITH_AGE + "    size = sa.Column(sa.Integer)\n"}, "more")
    stage.push("feature")
    assert stage.pull_request("synchronize") == TO_ADD
    assert lines(stage) == LATER


def test_the_publishing_list_is_whole(stage: ActionHarness) -> None:
    finished(stage)
    assert stage.finished() == 0
    assert lines(stage) == FINISHED


@pytest.mark.parametrize(("index", "kind"), each(ORDINARY))
def test_an_ordinary_run(stage: ActionHarness, index: int, kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    stage.open(WORDS)
    stage.timeout = WAIT[kind]
    stage.hub.faults.append(fault(ORDINARY, index, kind))
    # Without the decisions in the comments, the verdict may be a wrong one: nobody is told.
    unread = index == ORDINARY.index("GET issues/1/comments") and kind != "403"
    assert stage.pull_request(comment="always") == (4 if unread else 0)
    assert kept(stage, "unchanged")
    one_message(capfd.readouterr().out)
    told_without = ORDINARY[index] in ("POST check-runs", "PATCH check-runs/1")
    told_before = index > ORDINARY.index("POST issues/1/comments") or told_without
    assert len(stuck(stage)) == int(told_before)


@pytest.mark.parametrize("index", range(len(ORDINARY)))
def test_a_lost_answer_in_an_ordinary_run(stage: ActionHarness, index: int, capfd: pytest.CaptureFixture[str]) -> None:
    stage.open(WORDS)
    stage.hub.faults.append(lost(ORDINARY, index))
    assert stage.pull_request(comment="always") == 0
    assert kept(stage, "unchanged")
    assert len(stuck(stage)) == 1
    assert messages(capfd.readouterr().out) == []


@pytest.mark.parametrize(("index", "kind"), each(COMMAND, few=True))
def test_a_command(stage: ActionHarness, index: int, kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    stage.open({"models.py": WITH_AGE})
    before = stage.hub.sha("feature")
    stage.timeout = WAIT[kind]
    stage.hub.faults.append(fault(COMMAND, index, kind))
    signs = COMMAND[index].endswith("reactions")
    goes_on = index > LANDED or signs or COMMAND[index] == "POST check-runs"
    assert stage.comment("/migration commit") == (0 if goes_on else 4)
    assert (stage.hub.sha("feature") != before) == goes_on
    checked = index >= FIRST_CHECKED or signs
    assert not checked or kept(stage)
    one_message(capfd.readouterr().out)
    assert len(stuck(stage)) <= 1
    assert sum("did not do that" in body for body in stage.hub.bodies(1)) <= 1


@pytest.mark.parametrize("lose", losses(COMMAND), ids=str)
def test_lost_answers_in_a_command(stage: ActionHarness, lose: list[int], capfd: pytest.CaptureFixture[str]) -> None:
    stage.open({"models.py": WITH_AGE})
    before = stage.hub.sha("feature")
    stage.hub.faults += [lost(COMMAND, index) for index in lose]
    assert stage.comment("/migration commit") == 0
    assert [fault.times for fault in stage.hub.faults] == [0] * len(lose)
    assert stage.hub.sha("feature^") == before
    assert kept(stage)
    assert len(stuck(stage)) == 1
    assert messages(capfd.readouterr().out) == []


@pytest.mark.parametrize(("index", "kind"), each(FINISHED))
def test_a_publishing_run(stage: ActionHarness, index: int, kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    finished(stage)
    stage.timeout = WAIT[kind]
    stage.hub.faults.append(fault(FINISHED, index, kind))
    assert stage.finished() == 4
    report = stage.folder / "runner1" / "workspace" / "migration-report" / "report.json"
    assert json.loads(report.read_text())["status"] == "unchanged"
    assert index == 0 or "no schema change" in stage.summary
    one_message(capfd.readouterr().out)
    assert len(stuck(stage)) <= 1


@pytest.mark.parametrize("index", range(len(FINISHED)))
def test_a_lost_answer_in_a_publishing_run(stage: ActionHarness, index: int) -> None:
    finished(stage)
    stage.hub.faults.append(lost(FINISHED, index))
    assert stage.finished() == 0
    assert len(stuck(stage)) == 1
