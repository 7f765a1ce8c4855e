"""GitHub failing at each single request of a run: nothing that was found out is lost, and no comment comes twice.

The requests of each kind of run are listed here, and a test of its own sees that the list is whole. A fault begins at
one of them and lasts, as an outage of one of GitHub's services does. MIGRATION_BOT_TESTS=all tries every fault
everywhere; else each request of a run is refused, and meets one of the faults that the client makes the same error of
(`test_retries.py` says so), a run loses every other answer, and the requests that make a commit meet their faults, and
lose their answers, without a check around them.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.errors import GitHubError
from bot.model import Project, Report, to_json
from tests.fakes.github import Fault
from tests.support.action import TO_ADD, WITH_AGE, WORDS, ActionHarness, copied, staged
from tests.support.publishing import forge

SHOWN = ["GET pulls/1", "GET issues/1/comments", "POST issues/1/comments"]
LOOK = ["GET pulls/1", "GET issues/1/comments", "GET commits/SHA/check-runs"]
ORDINARY = ["POST check-runs", "GET issues/1/comments", "PATCH check-runs/1", *SHOWN, *LOOK]
LATER = [*ORDINARY[:2], "PATCH issues/comments/1000", "PATCH check-runs/2", "GET pulls/1", "PATCH issues/comments/1000"]
LATER += ["GET pulls/1", "GET commits/SHA/check-runs"]
FINISHED = ["GET pulls", "POST check-runs", *SHOWN, *LOOK]
ACCEPTED = [
    "GET collaborators/octocat/permission",
    "POST issues/comments/1000/reactions",
    "GET pulls/1",
    "POST check-runs",
    "GET issues/1/comments",
    "GET collaborators/octocat/permission",
]
COMMIT = [
    "GET git/commits/SHA",
    "POST git/blobs",
    "POST git/trees",
    "POST git/commits",
    "PATCH git/refs/heads/feature",
]
DONE = [*SHOWN, *LOOK, "POST issues/comments/1000/reactions"]
AGAIN = ["GET pulls/1", "GET issues/1/comments", "GET collaborators/octocat/permission"]  # before a commit
COMMAND = [*ACCEPTED, *AGAIN, *COMMIT, "PATCH check-runs/1", "POST check-runs", *DONE]
ASKED = [*ACCEPTED, "PATCH check-runs/1", *DONE]  # by a command that makes no commit
FIRST_CHECKED = COMMAND.index("GET pulls/1", 3)
LANDED = COMMAND.index("PATCH git/refs/heads/feature")
# What stands in the summary.
SAYS = {"proven": "proven: up, down and up again", "unchanged": "nothing to do"}
ALL = os.environ.get("MIGRATION_BOT_TESTS") == "all"
FAULTS = ("403", "500", "429", "reset", "silence")
WAIT = {**dict.fromkeys(FAULTS, 15), "silence": 1}  # seconds for a request, four of which a run sits out


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


def losses(requests: Sequence[str], runs: int = 2) -> list[list[int]]:
    """Which answers a run loses: one of them, or as many as lets a few runs lose them all."""
    everyone = range(len(requests))
    return [[index] for index in everyone] if ALL else [list(everyone[first::runs]) for first in range(runs)]


def each(requests: Sequence[str]) -> list[tuple[int, str]]:
    """Every request, with every fault or with one that is refused for good and one that is not."""
    return [
        (index, kind)
        for index in range(len(requests))
        for number, kind in enumerate(FAULTS)
        if ALL or number in (0, 1 + index % (len(FAULTS) - 1))
    ]


def of_a_commit() -> list[tuple[int, str]]:
    """What a command without a commit does not meet; what a commit meets before, it meets by itself below."""
    some = [(LANDED, "403"), (LANDED + 1, "500"), (LANDED + 2, "reset")]
    return each(COMMAND) if ALL else some


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
    folder = stage.folder / "prepared" / "migration-report"
    folder.mkdir(parents=True)
    project = Project(config="alembic.ini", status="unchanged")
    base, head = stage.hub.sha("main"), stage.hub.sha("feature")
    report = Report(status="unchanged", base=base, head=head, projects=[project])
    (folder / "report.json").write_bytes(to_json(report))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, bot_cache: Path) -> ActionHarness:
    """A pull request that needs no database, only to be copied."""
    with staged(tmp_path_factory.mktemp("opened"), bot_cache) as made:
        made.open(WORDS)
        return made


@pytest.fixture
def words(opened: ActionHarness, tmp_path: Path) -> Iterator[ActionHarness]:
    with copied(opened, tmp_path) as made:
        yield made


def stuck(stage: ActionHarness) -> list[str]:
    """The bot's comments that stay; answers to commands are not among them."""
    return [body for body in stage.hub.bodies(1) if body.startswith("<!--")]


def test_a_commit_lands_with_a_verdict_of_its_own_and_its_list_is_whole(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    before = stage.hub.sha("feature")
    assert stage.comment("/migration commit") == 0
    assert lines(stage) == COMMAND
    after = stage.hub.sha("feature")
    assert stage.hub.sha(f"{after}^") == before
    [changed] = stage.hub.run("diff", "--name-only", before, after).splitlines()
    assert changed.startswith("migrations/versions/")
    told = [(check["head_sha"], check["conclusion"]) for check in stage.hub.checks]
    assert told == [(before, "neutral"), (after, "success")]
    assert stage.hub.checks[0]["output"]["title"] == f"continued on {after[:12]}"
    assert "✅ Migration proven" in stage.hub.bodies(1)[0]
    assert [reaction for _, reaction in stage.hub.reactions] == ["eyes", "rocket"]
    report = stage.folder / "runner1" / "workspace" / "migration-report" / "report.json"
    assert json.loads(report.read_text())["head"] == after


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


def test_the_list_of_a_command_without_a_commit_is_whole(words: ActionHarness) -> None:
    assert words.comment("/migration check", comment="always") == 0
    assert lines(words) == ASKED


def test_the_publishing_list_is_whole(words: ActionHarness) -> None:
    finished(words)
    assert words.finished() == 0
    assert lines(words) == FINISHED


@pytest.mark.parametrize(("index", "kind"), each(ORDINARY))
def test_an_ordinary_run(words: ActionHarness, index: int, kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    words.timeout = WAIT[kind]
    words.hub.faults.append(fault(ORDINARY, index, kind))
    # Without the decisions in the comments, the verdict may be a wrong one: nobody is told.
    unread = index == ORDINARY.index("GET issues/1/comments") and kind != "403"
    assert words.pull_request(comment="always") == (4 if unread else 0)
    assert kept(words, "unchanged")
    one_message(capfd.readouterr().out)
    told_without = ORDINARY[index] in ("POST check-runs", "PATCH check-runs/1")
    told_before = index > ORDINARY.index("POST issues/1/comments") or told_without
    assert len(stuck(words)) == int(told_before)


# A check run whose answer was lost is made again, with another number in the request that ends it.
@pytest.mark.parametrize("lose", losses(ORDINARY, 3), ids=str)
def test_lost_answers_in_an_ordinary_run(
    words: ActionHarness, lose: list[int], capfd: pytest.CaptureFixture[str]
) -> None:
    words.hub.faults += [lost(ORDINARY, index) for index in lose]
    assert words.pull_request(comment="always") == 0
    assert [fault.times for fault in words.hub.faults] == [0] * len(lose)
    assert kept(words, "unchanged")
    assert len(stuck(words)) == 1
    assert messages(capfd.readouterr().out) == []


@pytest.mark.parametrize(("index", "kind"), of_a_commit())
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


@pytest.mark.parametrize(("index", "kind"), each(ASKED))
def test_a_command_without_a_commit(
    words: ActionHarness, index: int, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    words.timeout = WAIT[kind]
    words.hub.faults.append(fault(ASKED, index, kind))
    signs = ASKED[index].endswith("reactions")
    goes_on = index >= len(ACCEPTED) or signs or ASKED[index] == "POST check-runs"
    assert words.comment("/migration check", comment="always") == (0 if goes_on else 4)
    assert not goes_on or kept(words, "unchanged")
    one_message(capfd.readouterr().out)
    assert len(stuck(words)) <= 1
    assert sum("did not do that" in body for body in words.hub.bodies(1)) <= 1


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("index", range(len(COMMIT)))
def test_a_commit_at_any_request(words: ActionHarness, index: int, kind: str) -> None:
    """The branch stays where it is, and the error says that GitHub did it."""
    if kind == "silence" and index and not ALL:
        kind = "reset"  # another way to the same error
    before = words.hub.sha("feature")
    words.hub.faults.append(fault(COMMIT, index, kind))
    kinds = {"500": "server", "403": "permission", "429": "rate-limit"}
    with pytest.raises(GitHubError) as caught:
        forge(words.hub, timeout=WAIT[kind]).commit("feature", before, {"migrations/versions/b2.py": "x"}, "one")
    assert caught.value.kind == kinds.get(kind, "network")
    assert words.hub.sha("feature") == before


@pytest.mark.parametrize("index", range(len(COMMIT)))
def test_a_commit_whose_answers_are_lost(words: ActionHarness, index: int) -> None:
    before = words.hub.sha("feature")
    words.hub.faults.append(lost(COMMIT, index))
    forge(words.hub).commit("feature", before, {"migrations/versions/b2.py": "x"}, "one")
    assert words.hub.sha("feature^") == before
    assert [fault.times for fault in words.hub.faults] == [0]


@pytest.mark.parametrize("lose", losses(ASKED), ids=str)
def test_lost_answers_in_a_command_without_a_commit(
    words: ActionHarness, lose: list[int], capfd: pytest.CaptureFixture[str]
) -> None:
    words.hub.faults += [lost(ASKED, index) for index in lose]
    assert words.comment("/migration check", comment="always") == 0
    assert [fault.times for fault in words.hub.faults] == [0] * len(lose)
    assert kept(words, "unchanged")
    assert len(stuck(words)) == 1
    assert messages(capfd.readouterr().out) == []


# With the other half of the answers lost, what a commit does not have of its own is in the test above.
@pytest.mark.parametrize("lose", losses(COMMAND) if ALL else losses(COMMAND)[:1], ids=str)
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
def test_a_publishing_run(words: ActionHarness, index: int, kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    finished(words)
    words.timeout = WAIT[kind]
    words.hub.faults.append(fault(FINISHED, index, kind))
    assert words.finished() == 4
    report = words.folder / "runner1" / "workspace" / "migration-report" / "report.json"
    assert json.loads(report.read_text())["status"] == "unchanged"
    assert index == 0 or "no schema change" in words.summary
    one_message(capfd.readouterr().out)
    assert len(stuck(words)) <= 1


@pytest.mark.parametrize("lose", losses(FINISHED), ids=str)
def test_lost_answers_in_a_publishing_run(words: ActionHarness, lose: list[int]) -> None:
    finished(words)
    words.hub.faults += [lost(FINISHED, index) for index in lose]
    assert words.finished() == 0
    assert [fault.times for fault in words.hub.faults] == [0] * len(lose)
    assert len(stuck(words)) == 1
