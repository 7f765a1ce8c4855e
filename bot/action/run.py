"""A run of the action: what its parts share.

Comes in: the runner, a forge, a token. Goes out: comment, check run, summary, outputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.action.checking import FOLDER, Outcome
from bot.errors import GitHubError, UsageError
from bot.github import conversation, sticky
from bot.github.checkrun import CheckRequest, check_run
from bot.github.forge import Forge
from bot.github.publish import Published, publish
from bot.outcome import Report
from bot.report.comment import comment
from bot.report.extras import Extras
from bot.request.replay import Decided, replay
from bot.runner import Runner, annotate
from bot.settings import FailOn

COMMENTS = ("always", "changes", "never")


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

    def body(self, report: Report, extras: Mapping[str, Extras], *, fork: bool = False) -> str:
        """The comment, its marker first."""
        return f"{self.marker}\n{comment(report, extras, fork=fork)}"

    def check_request(self, head: str, summary: str, fail_on: FailOn) -> CheckRequest:
        """The check run's frame: one name for each workflow."""
        name = f"Migration ({self.runner.workflow})" if self.runner.workflow else "Migration"
        return CheckRequest(name, head or self.runner.sha, summary, self.runner.run_url, fail_on)

    def tell(self, number: int, outcome: Outcome, *, head: str = "") -> Published:
        """Comment and check run on a pull request; what GitHub refuses is said in the log."""
        report, extras = outcome.report, outcome.checked.extras
        body = self.body(report, extras)
        wanted = self.choice("comment", COMMENTS, "always")
        run = check_run(report, extras, self.check_request(head or report.head or "", body, outcome.settings.fail_on))
        visible = wanted == "always" or report.status != "unchanged"
        published = publish(self.forge, number, "" if wanted == "never" else body, run, wanted=visible)
        for refusal in published.refused:
            annotate("warning", f"{refusal.message}. The job's summary has the whole report. {refusal.advice}")
        return published

    def finish(self, outcome: Outcome, url: str = "") -> int:
        """Summary and outputs; the exit code."""
        report = outcome.report
        self.runner.write_summary(comment(report, outcome.checked.extras, limit=1_000_000))
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
        return replay(conversation.orders(action.forge, action.forge.comments(number)))
    except GitHubError as error:
        if error.kind != "permission":
            raise
        annotate("notice", f"the pull request's comments cannot be read: {error.message}")
        return Decided()
