"""Executes slash commands.

In: a comment on a pull request. Out: reactions, a reply where one is due, the check, a commit. The head
is pinned when the command is accepted: a commit is made onto the checked commit or not at all.
"""

from dataclasses import dataclass, replace

import msgspec

from bot.action import progress
from bot.action.checking import Commits, Outcome, check, commits_of, fetched, folder
from bot.action.commit_message import ADDED, REBASED, co_author, titles
from bot.action.progress import Progress
from bot.action.run import Action, Result
from bot.action.run import decided as decided_by_now
from bot.action.runner import annotate
from bot.check import delivery
from bot.errors import BotError, GitHubError, UsageError
from bot.github import conversation, retarget
from bot.github.forge import Posted
from bot.github.local import has_file, local_commit
from bot.model import Migration
from bot.project.checkout.git import Repository
from bot.report.text import code as code_span
from bot.report.text import inline
from bot.request import commands
from bot.request.commands import Command
from bot.request.event import Comment, PullRequest
from bot.request.replay import Decided, replay
from bot.system.signals import signals_deferred

CLOSED = UsageError("the pull request is closed", "Reopen it, or open another one.")


@dataclass(frozen=True)
class Asked:
    """What a commit rests on: decisions, and the command that asked for it, if one did, with its comment."""

    decided: Decided
    comment: Comment | None = None
    command: Command | None = None

    @property
    def credit(self) -> str:
        return co_author(self.comment) if self.comment else ""


def handle(action: Action, comment: Comment) -> int:
    """Execute the command in a comment; comments without one are ignored."""
    try:
        command = commands.read(comment.text)
    except UsageError as error:
        return _reject(action, comment, error)
    if command is None:
        annotate("notice", "the comment has no command for the migration bot")
        return 0
    try:
        allowed = action.forge.may_write(comment.author)
    except GitHubError as error:
        refuse(action, comment, error)
        raise
    if not allowed:
        reason = UsageError("only people who may push to this repository can give commands")
        return _reject(action, comment, reason)
    if not comment.is_open and command.kind != "help":
        return _reject(action, comment, CLOSED)
    action.runner.save_state("command", "accepted")
    signs = react(action, comment, "eyes")
    try:
        code = _execute(action, comment, command)
    except BaseException as error:
        with signals_deferred():
            refuse(action, comment, progress.as_bot_error(error))
        raise
    if signs:
        react(action, comment, "rocket")
    for ignored in commands.below(comment.text)[:1]:
        text = f"Only the first line of a comment is a command: {code_span(ignored)} needs a comment of its own."
        answer(action, comment, text)
    return code


def react(action: Action, comment: Comment, reaction: str) -> bool:
    """Add a reaction; whether that worked. The command is executed in any case."""
    try:
        action.forge.react(comment.identifier, reaction)
    except GitHubError as error:
        annotate("notice", f"could not add the reaction {reaction}: {error.message}")
        return False
    return True


def _reject(action: Action, comment: Comment, error: BotError) -> int:
    """Refuse a command before anything was started: this is not a failure of the job."""
    refuse(action, comment, error)
    annotate("notice", f"refused: {error.message}")
    return 0


def refuse(action: Action, comment: Comment, error: BotError) -> None:
    """React with "confused", and reply with one line that says why."""
    react(action, comment, "confused")
    answer(action, comment, refusal(error))


def refusal(error: BotError) -> str:
    """The reply to a command that was not carried out."""
    return f"The migration bot did not do that: {inline(error.line)}"


def answer(action: Action, comment: Comment, text: str) -> None:
    """Reply to a comment; that GitHub refuses it is no failure."""
    try:
        action.forge.comment(comment.number, text, after=comment.identifier)
    except GitHubError as error:
        annotate("notice", f"could not reply to the comment: {error.message}")


def _execute(action: Action, comment: Comment, command: Command) -> int:
    if command.kind == "help":
        answer(action, comment, conversation.help_text())
        return 0
    pull = action.forge.pull_request(comment.number)
    if not pull.is_open:
        raise CLOSED
    if command.kind in ("commit", "rebase"):
        _refuse_foreign(action, pull)
    with progress.in_progress(action, pull) as run:
        return _checked(run, pull, comment, command)


def _checked(run: Progress, pull: PullRequest, comment: Comment, command: Command) -> int:
    """Run the check, then commit or rebase if that was asked for."""
    action = run.action
    comments = action.forge.comments(comment.number)
    run.mark(comments)
    decided = replay(conversation.given(action.forge, comments))
    pull = fetched(action.runner, action.remote, pull)
    outcome = check(action.runner, action.machine, commits_of(pull), decided)
    landed = ""
    if command.kind in ("commit", "rebase") and not _is_committed(command, outcome):
        make = _commit if command.kind == "commit" else _rebase
        try:
            refuse_withdrawn(comments, comment, command)
            outcome = make(action, pull, outcome, Asked(decided, comment, command))
        except BotError as error:
            run.publish(Result.of(outcome, pull), quiet=True)
            action.finish(outcome, fork=pull.is_fork, by_command=True)
            if _committed_elsewhere(action, pull):
                annotate("notice", f"another command has already committed it: {error.message}")
                return 0
            raise
        landed = outcome.report.head or ""
    published = run.publish(Result.of(outcome, pull, landed))
    return action.finish(outcome, published.url, fork=pull.is_fork, by_command=True)


def refuse_withdrawn(comments: list[Posted], comment: Comment, command: Command) -> None:
    """Whoever deletes or rewrites a command before it is carried out does not want it."""
    now = next((posted.body for posted in comments if posted.identifier == comment.identifier), "")
    try:
        stands = commands.read(now) == command
    except UsageError:
        stands = False
    if not stands:
        raise UsageError("the comment with the command was deleted or changed meanwhile, so nothing was committed")


def _refuse_changed(action: Action, pull: PullRequest, asked: Asked) -> None:
    """What was proven rests on decisions: nothing is committed by one that was taken back or replaced meanwhile."""
    comments: list[Posted] = []
    now = decided_by_now(action, pull.number, comments.extend)
    if comments and asked.comment and asked.command:
        refuse_withdrawn(comments, asked.comment, asked.command)
    if now != asked.decided:
        raise UsageError(
            "a decision was given or taken back meanwhile, so nothing was committed",
            "Give the command again when the check with it is done.",
        )


def _is_committed(command: Command, outcome: Outcome) -> bool:
    """Whether the requested commit was made before: asking twice is not an error."""
    own = [m for project in outcome.report.projects for m in project.migrations if m.origin == "pull_request"]
    return command.kind == "commit" and bool(own) and not _generated(outcome)


def _committed_elsewhere(action: Action, pull: PullRequest) -> bool:
    """Whether a concurrent run has put the bot's commit onto the branch."""
    try:
        newest = action.forge.tip(pull.head_branch)
    except GitHubError:
        return False
    return pull.head in newest.parents and newest.message.startswith((ADDED, REBASED))


def _refuse_foreign(action: Action, pull: PullRequest) -> None:
    if action.runner.inputs.get("commit") == "never":
        raise UsageError("the workflow does not allow the bot to commit (commit: never)")
    if pull.is_fork:
        raise UsageError("the bot cannot commit to a fork", "The comment above has the file to copy.")


def commit_if_proven(run: Progress, pull: PullRequest, outcome: Outcome, decided: Decided) -> Outcome:
    """For `commit: always`: commit a proven migration; anything else is left to people."""
    if outcome.report.status != "proven" or not _generated(outcome):
        return outcome
    try:
        after = _commit(run.action, pull, outcome, Asked(decided))
    except BotError as error:
        annotate("warning", f"nothing was committed: {error.line}")
        return outcome
    run.publish(Result.of(after, pull, after.report.head or ""))
    return after


def _generated(outcome: Outcome) -> list[Migration]:
    return [m for project in outcome.report.projects for m in project.migrations if m.origin == "generated"]


def _commit(action: Action, pull: PullRequest, outcome: Outcome, asked: Asked) -> Outcome:
    migrations = _generated(outcome)
    if not migrations:
        raise UsageError(f"there is no migration to commit: the check says {outcome.report.status}")
    if outcome.report.status in ("failed", "error"):
        raise UsageError("the generated migration does not pass its round trip, so it is not committed")
    _refuse_open(outcome)
    files = {migration.path: migration.source for migration in migrations}
    # The paths come from the project's code: a file of the branch is never written over.
    repository = Repository.open(action.remote.git, action.runner.workspace)
    taken = [path for path in files if has_file(repository, pull.head, path)]
    if taken:
        raise UsageError(f"the branch has a file {taken[0]} already, which is left as it is")
    message = f"{ADDED}: {titles(migrations)}\n\n{asked.credit}".strip()
    return _verify_and_commit(action, pull, files, message, asked)


def _refuse_open(outcome: Outcome) -> None:
    """Open questions have to be answered first: with the file in place, the check would only fail."""
    waiting = [d for project in outcome.report.projects for d in project.decisions if d.decided == "open"]
    if waiting:
        more = f" ({len(waiting) - 1} more below the check's comment)" if len(waiting) > 1 else ""
        raise UsageError(f"a question is open{more}: {waiting[0].question}", f"Answer it first: {waiting[0].how}")


def _rebase(action: Action, pull: PullRequest, outcome: Outcome, asked: Asked) -> Outcome:
    if outcome.report.base != pull.base:  # the merge failed, and head was examined against where it left base
        raise UsageError(
            f"the branch conflicts with {pull.base_branch}, so the merge result is not known",
            f"Merge {pull.base_branch} into it and resolve the conflicts first.",
        )
    files = retarget.retargeted(outcome.report)
    if not files:
        raise UsageError("there is no migration to point elsewhere: base has not moved past any")
    return _verify_and_commit(action, pull, files, f"{REBASED}\n\n{asked.credit}".strip(), asked)


def _verify_and_commit(action: Action, pull: PullRequest, files: dict[str, str], message: str, asked: Asked) -> Outcome:
    """Prove what the branch would become, then commit it; a push by a workflow's token starts no run of its own."""
    repository = Repository.open(action.remote.git, action.runner.workspace)
    trial = local_commit(repository, pull.head, files, action.machine.temporary)
    after = check(action.runner, action.machine, Commits(pull.base, trial), asked.decided)
    if after.report.status in ("failed", "error"):
        raise UsageError("with the file in place, the check fails, so that nothing was committed")
    refuse_outdated(pull, action.forge.pull_request(pull.number))
    _refuse_changed(action, pull, asked)
    landed = action.forge.commit(pull.head_branch, pull.head, files, message)
    report = msgspec.structs.replace(after.report, head=landed)
    # The files written so far name the trial commit, which exists in this clone only.
    delivery.to_folder(folder(action.runner), report, after.checked.views)
    return replace(after, checked=replace(after.checked, report=report))


def refuse_outdated(checked: PullRequest, now: PullRequest) -> None:
    """What was checked is committed to what was checked, or not at all."""
    if not now.is_open:
        raise CLOSED
    if now.head != checked.head:
        raise UsageError("the pull request has a newer commit by now", "Give the command again after its check.")
    if now.base_branch != checked.base_branch:
        raise UsageError("the pull request has another base by now", "Give the command again after its check.")
