"""A run of the action: what its parts share.

Comes in: the runner, a forge, a token. Goes out: comment, check run, summary, outputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.action.checking import FOLDER, Outcome
from bot.action.runner import Runner, annotate
from bot.errors import GitHubError, UsageError
from bot.github import conversation, sticky
from bot.github.checkrun import CheckRequest, check_run
from bot.github.forge import Check, Forge
from bot.github.publish import Published, Telling, publish
from bot.github.sticky import Stamp, Verdict
from bot.model import Report
from bot.report.comment import LIMIT, comment
from bot.report.views import Views
from bot.request.event import PullRequest
from bot.request.replay import Decided, replay
from bot.settings import FailOn

COMMENTS = ("always", "changes", "never")
HIDDEN = 300  # characters for the marker and the stamp


@dataclass(frozen=True)
class Action:
    """A run of the action."""

    runner: Runner
    forge: Forge
    token: str
    environ: dict[str, str]

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """An input that must be one of some words."""
        given = self.runner.inputs.get(name, default)
        if given not in allowed:
            raise UsageError(f"the input {name} must be one of {', '.join(allowed)}, not {given!r}")
        return given

    @property
    def marker(self) -> str:
        """What the bot knows its own comment by."""
        return sticky.marker(self.runner.workflow, self.runner.inputs.get("config", "").split())

    @property
    def stamp(self) -> Stamp:
        """Which run this is among those that tell the same pull request."""
        return Stamp(self.forge.began, self.runner.run, self.runner.attempt)

    def verdict(
        self,
        report: Report,
        views: Mapping[str, Views],
        head: str,
        stamp: Stamp,
        *,
        fork: bool,
        hearsay: bool = False,
    ) -> Verdict:
        """The comment, its marker first; short enough to be a check run's summary as well."""
        text = comment(report, views, LIMIT - HIDDEN, fork=fork, hearsay=hearsay)
        return sticky.verdict(self.marker, head, stamp, text)

    def check(self, report: Report, views: Mapping[str, Views], verdict: Verdict, fail_on: FailOn) -> Check:
        """The check run: one name for each workflow and set of configurations."""
        named = [self.runner.workflow, *self.runner.inputs.get("config", "").split()]
        name = f"Migration ({', '.join(part for part in named if part)})" if any(named) else "Migration"
        return check_run(report, views, CheckRequest(name, verdict.head, verdict.body, self.runner.run_url, fail_on))

    def telling(self, number: int, verdict: Verdict, check: Check, report: Report, *, parent: str = "") -> Telling:
        """What the input `comment` leaves of it."""
        wanted = self.choice("comment", COMMENTS, "always")
        visible = wanted == "always" or report.status != "unchanged"
        return Telling(number, verdict, check, visible, wanted != "never", parent)

    def tell(self, pull: PullRequest, outcome: Outcome, *, head: str = "") -> Published:
        """Comment and check run on a pull request; what GitHub refuses is said in the log.

        `head` is a commit that the bot itself has just made.
        """
        report, views = outcome.report, outcome.checked.views
        verdict = self.verdict(report, views, head or pull.head, self.stamp, fork=pull.is_fork)
        check = self.check(report, views, verdict, outcome.settings.fail_on)
        told = self.telling(pull.number, verdict, check, report, parent=pull.head if head else "")
        published = publish(self.forge, told)
        for refusal in published.refused:
            annotate("warning", f"{refusal.message}. The job's summary has the whole report. {refusal.advice}")
        if published.passed_over:
            annotate("notice", f"the comment is not of this run: {published.passed_over}")
        return published

    def finish(self, outcome: Outcome, url: str = "", *, fork: bool = False) -> int:
        """Summary and outputs; the exit code."""
        report = outcome.report
        self.runner.write_summary(comment(report, outcome.checked.views, limit=1_000_000, fork=fork))
        written = [m.path for p in report.projects for m in p.migrations if m.origin == "generated"]
        outputs = {
            "status": report.status,
            "changed": "false" if report.status == "unchanged" else "true",
            "migration-path": written[0] if written else "",
            "report": f"{FOLDER}/report.json",
            "comment-url": url,
        }
        for name, value in outputs.items():
            self.runner.set_output(name, value)
        return outcome.exit_code


def decided(action: Action, number: int) -> Decided:
    """What the pull request's comments decided; nothing where the token may not read them."""
    try:
        return replay(conversation.given(action.forge, action.forge.comments(number)))
    except GitHubError as error:
        if error.kind != "permission":
            raise
        annotate("notice", f"the pull request's comments cannot be read: {error.message}")
        return Decided()
