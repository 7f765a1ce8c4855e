"""A patch to the pull request's own migration that makes it right, or that keeps the application running; or a failure
of the latter form."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding

CODE = "mended"
SAFER = "safer-form"
SAFER_FAILS = "safer-form-fails"
CODES = {
    CODE: "How the pull request's migration would be right",
    SAFER: "The pull request's migration in steps that keep the application running",
    SAFER_FAILS: "The safer form that was asked for does not pass",
}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.mended:
        yield Finding(
            code=CODE,
            severity="notice",
            title=f"The pull request's migration would be right with these lines{_and_answers(facts)}",
            detail=facts.mended,
        )
    if facts.safer:
        yield Finding(
            code=SAFER,
            severity="notice",
            title="The same change in steps that keep the application running",
            detail=facts.safer,
        )
    if facts.safer_wanted and _fails(facts):
        yield Finding(
            code=SAFER_FAILS,
            severity="notice",
            title="It is the safer form that does not pass its proof",
            detail="The migration is written in steps that keep the application running, as it was asked for.",
            advice="`/migration undo`, or a check without `--safer`, has it written as usual.",
        )


def _and_answers(facts: Facts) -> str:
    waits = any(decision.decided == "open" for decision in facts.project.decisions)
    return " and an answer to what is open" if waits else ""


def _fails(facts: Facts) -> bool:
    """Whether what the bot wrote does not lead where it has to."""
    written = any(migration.origin == "generated" for migration in facts.project.migrations)
    trip = facts.project.round_trip
    stops = facts.blocked or facts.stopped or any(not step.ok for step in trip.steps)
    return bool(written and (stops or facts.residual or trip.rows.lost))
