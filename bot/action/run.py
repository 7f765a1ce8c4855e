"""A run of the action: what its parts share.

In: the runner, a forge, a token. Out: comment, check run, summary, outputs.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.action import identity
from bot.action.checking import FOLDER, Outcome
from bot.action.runner import Runner, annotate, mask
from bot.errors import GitHubError, UsageError
from bot.github import conversation, sticky
from bot.github.checkrun import CheckRequest, check_run, conclusion
from bot.github.client import Access
from bot.github.forge import Check, Forge, Posted
from bot.github.history import Remote
from bot.github.publication import Publication
from bot.github.publish import Published, publish
from bot.github.rest import GitHubForge
from bot.github.sticky import Stamp
from bot.model import Report
from bot.project.checkout.git import Git
from bot.report.comment import LIMIT, Reader, comment
from bot.report.headline import title
from bot.report.views import Views
from bot.request.event import MergeGroup, PullRequest
from bot.request.replay import Decided, replay
from bot.settings import FailOn, Machine

COMMENTS = ("always", "changes", "never")
HIDDEN = 300  # characters for the marker and the stamp
FORKS = "The token of a fork's pull request can only read, whatever `permissions` say: see docs/forks.md."


@dataclass(frozen=True)
class Result:
    """What a run publishes about a commit.

    `parent` is set when the bot itself has just committed `head` onto it; `fork` means that the bot cannot commit;
    `unverified` that the report comes from a job of the fork.
    """

    report: Report
    views: Mapping[str, Views]
    fail_on: FailOn
    head: str
    parent: str = ""
    fork: bool = False
    unverified: bool = False

    @staticmethod
    def of(outcome: Outcome, checked: PullRequest | MergeGroup, landed: str = "") -> "Result":
        """The result of a check; `landed` is a commit that the bot has just made on the pull request's branch."""
        parent, fork = checked.head if landed else "", isinstance(checked, PullRequest) and checked.is_fork
        views, fail_on = outcome.checked.views, outcome.settings.fail_on
        return Result(outcome.report, views, fail_on, landed or checked.head, parent, fork)

    def markdown(self, limit: int, manual: str = "") -> str:
        """The comment, in at most `limit` bytes; `manual` is the URL of the page that explains its terms."""
        return comment(self.report, self.views, limit, Reader(True, self.fork, self.unverified, manual))


@dataclass(frozen=True)
class Action:
    """A run of the action, with everything that its parts share."""

    runner: Runner
    forge: Forge
    token: str
    machine: Machine

    @staticmethod
    def of(runner: Runner, machine: Machine) -> "Action":
        """With the token of the input; raises `UsageError` if there is none."""
        token, environ = runner.inputs.get("token", ""), machine.environ
        mask(token)
        if not token:
            raise UsageError("the input token is empty", "Leave it out: its default is the workflow's own token.")
        pause, timeout = environ.get("MIGRATION_BOT_PAUSE", "1"), environ.get("MIGRATION_BOT_GITHUB_TIMEOUT", "15")
        access = Access(token, runner.api_url, float(pause), int(timeout))
        return Action(runner, GitHubForge(access, runner.repository), token, machine)

    @property
    def remote(self) -> Remote:
        """Where commits are fetched from."""
        return Remote(Git(self.machine.environ), self.runner.server_url, self.token)

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """An input that must be one of some words."""
        given = self.runner.inputs.get(name, default)
        if given not in allowed:
            raise UsageError(f"the input {name} must be one of {', '.join(allowed)}, not {given!r}")
        return given

    @property
    def marker(self) -> str:
        """The hidden line that identifies the bot's own comment."""
        return identity.marker(self.runner)

    @property
    def stamp(self) -> Stamp:
        """Orders the runs that publish on the same pull request."""
        return Stamp(self.forge.began, self.runner.run, self.runner.attempt)

    @property
    def check_name(self) -> str:
        """The check run's name, by which a branch's rules require it."""
        return identity.check_name(self.runner)

    def check(self, result: Result, summary: str, *, started: int = 0) -> Check:
        """The check run; `started` is the number of one that is in progress."""
        request = CheckRequest(self.check_name, result.head, summary, self.runner.run_url, result.fail_on, started)
        made = check_run(result.report, result.views, request)
        return replace(made, title=f"{made.title[:200]} (as the fork's own job reports)") if result.unverified else made

    def publication(
        self, number: int, result: Result, *, stamp: Stamp | None = None, started: int = 0, wanted: bool = True
    ) -> Publication:
        """Comment and check run, as the input `comment` says; without a number, no comment."""
        body = sticky.stamped(
            self.marker,
            result.head,
            stamp or self.stamp,
            result.markdown(LIMIT - HIDDEN, self.runner.manual),
            number,
            conclusion(result.report, result.fail_on),
        )
        kind = self.choice("comment", COMMENTS, "always")
        if "comment" not in self.runner.inputs and not result.report.projects:
            kind = "changes"  # by default, a change without an Alembic environment gets no comment
        shown = wanted and (kind == "always" or result.report.status != "unchanged")
        check = self.check(result, body.text, started=started)
        return Publication(number, body, check, shown, number > 0 and kind != "never", result.parent)

    def publish(self, publication: Publication, *, quiet: bool = False, fork: bool = False) -> Published:
        """Publish it; what GitHub refuses is logged unless `quiet`."""
        published = publish(self.forge, publication)
        for refusal in () if quiet else refusals(published.refused, fork=fork):
            annotate("warning", refusal)
        if published.passed_over:
            annotate("notice", f"the comment was left to another run: {published.passed_over}")
        return published

    def finish(self, outcome: Outcome, url: str = "", *, fork: bool = False, by_command: bool = False) -> int:
        """Write summary, outputs, and an annotation that says why the job fails; the exit code.

        With `by_command`, the run was started by a comment and succeeds even though the file is still missing.
        """
        report = outcome.report
        self.runner.write_summary(
            comment(report, outcome.checked.views, 1_000_000, Reader(True, fork, manual=self.runner.manual))
        )
        written = [m.path for p in report.projects for m in p.migrations if m.origin == "generated"]
        outputs = {
            "status": report.status,
            "changed": "false" if report.status == "unchanged" else "true",
            "migration-path": written[0] if written else "",
            "report": f"{FOLDER}/report.json",
            "sarif": f"{FOLDER}/report.sarif",
            "comment-url": url,
        }
        for name, value in outputs.items():
            self.runner.set_output(name, value)
        code = outcome.command_code if by_command else outcome.exit_code
        if code:
            annotate("error", "\n".join([title(report), *written]), title="Migration bot")
        return code


def refusals(refused: Mapping[str, GitHubError], *, fork: bool) -> Iterator[str]:
    """What GitHub refused, and what to do about it; once if the reason is the same for both."""
    for message in dict.fromkeys(error.message for error in refused.values()):
        errors = {what: error for what, error in refused.items() if error.message == message}
        first = next(iter(errors.values()))
        advice = FORKS if fork and first.kind == "permission" else first.advice
        said = f"{' and '.join(errors)} not written: {message.rstrip('.')}."
        yield f"{said} The job's summary has the whole report. {advice}"


def decided(action: Action, number: int, read: Callable[[list[Posted]], None]) -> Decided:
    """The decisions in the pull request's comments; none if the token cannot read them. `read` gets the comments."""
    try:
        comments = action.forge.comments(number)
        read(comments)
        return replay(conversation.given(action.forge, comments))
    except GitHubError as error:
        if error.kind != "permission":
            raise
        annotate("notice", f"the pull request's comments cannot be read: {error.message}")
        return Decided()
