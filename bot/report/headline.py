"""The verdict in one line that a busy reviewer can trust."""

from bot.model import MIGRATION_MISSING, Decision, Project, Report, Rows, Status, migration_missing
from bot.report.text import first_line, listed

EMOJI: dict[Status, str] = {"unchanged": "⚪", "proven": "✅", "warning": "⚠️", "failed": "❌", "error": "💥"}
WORDS: dict[Status, str] = {
    "unchanged": "no schema change",
    "proven": "proven",
    "warning": "not proven yet",
    "failed": "failed",
    "error": "no verdict",
}
_COUNTED = {**WORDS, "unchanged": "without a schema change", "error": "without a verdict"}  # of several
_NAMED = 2  # of what waits for the author: a title is one line
TO_ADD = "🟡"  # all is well, and the file is not in the change yet


def lacks_migration(project: Project) -> bool:
    """Whether a migration that has to be in the change is not."""
    return any(finding.code == MIGRATION_MISSING for finding in project.findings)


def emoji_of(project: Project) -> str:
    """For one Alembic environment."""
    return TO_ADD if project.status == "proven" and lacks_migration(project) else EMOJI[project.status]


def emoji(report: Report) -> str:
    """For the whole report."""
    return TO_ADD if report.status == "proven" and migration_missing(report) else EMOJI[report.status]


def title(report: Report) -> str:
    """The comment's first line; plain text, not escaped."""
    line = headline(report)
    if emoji(report) == TO_ADD and len(report.projects) == 1:
        return f"Add this migration, {line}"
    return (
        f"Migration {line}"
        if line.startswith(("generated", "proven", "not proven", "failed"))
        else f"Migration: {line}"
    )


def headline(report: Report) -> str:
    """For the whole report; plain text, not escaped."""
    if not report.projects:
        return "nothing to do: no file changed that models or migrations depend on"
    if len(report.projects) == 1:
        return project_headline(report.projects[0])
    counts = [
        f"{number} {words}"
        for status, words in _COUNTED.items()
        if (number := sum(project.status == status for project in report.projects))
    ]
    return f"{len(report.projects)} Alembic environments: {listed(counts)}"


def project_headline(project: Project) -> str:
    """For one Alembic environment; plain text, not escaped."""
    generated = any(migration.origin == "generated" for migration in project.migrations)
    if project.status == "unchanged":
        return "no schema change"
    if project.status == "proven":
        made, rows = "generated and " if generated else "", rows_in_words(project.round_trip.rows)
        return f"{made}proven: up, down and up again, {rows}{_provided(project)}"
    if project.status == "warning":
        return f"not proven yet: {_doubt(project)}"
    if project.status == "failed":
        return f"failed: {_trouble(project)}"
    return f"no verdict: {first_line(project.error.message if project.error else '') or 'the check stopped'}"


def _provided(project: Project) -> str:
    """The `clean` answers that the verdict depends on."""
    clean = [decision for decision in project.decisions if decision.kind == "clean" and decision.answer]
    return f", provided that no row breaks {_subjects(clean)}" if clean else ""


def rows_in_words(rows: Rows) -> str:
    """What the tables held during the round trip."""
    if not rows.inserted:
        return "on tables without rows"
    held = f"{rows.inserted} row{'s' * (rows.inserted != 1)} in {rows.tables} table{'s' * (rows.tables != 1)}"
    made = f", {rows.breaking} of them made to break what is new" if rows.breaking else ""
    given = f", besides {rows.given} of yours" if rows.given else ""
    far = f", few or none in {rows.far} table{'s' * (rows.far != 1)} far from the change" if rows.far else ""
    return f"with {held}{made}{given}{far}"


def _doubt(project: Project) -> str:
    undecided = [decision for decision in project.decisions if decision.decided == "open"]
    assumed = [decision for decision in project.decisions if decision.decided == "assumed"]
    counts = {"question": (undecided, "to you"), "assumption": (assumed, "to confirm")}
    few = len(undecided) + len(assumed) <= _NAMED
    said = [
        f"{len(found)} {what}{'s' * (len(found) != 1)} {whose}{f' ({_subjects(found)})' if few else ''}"
        for what, (found, whose) in counts.items()
        if found
    ]
    if said:
        return listed(said)
    warning = next((finding for finding in project.findings if finding.severity == "warning"), None)
    return warning.title if warning else "a part of the proof is missing"


def _subjects(decisions: list[Decision]) -> str:
    shown = [decision.subject for decision in decisions[:3]]
    return ", ".join(shown) + (", …" if len(decisions) > 3 else "")


def _trouble(project: Project) -> str:
    error = next((finding for finding in project.findings if finding.severity == "error"), None)
    if error is not None:
        return error.title
    step = next((step for step in project.round_trip.steps if not step.ok), None)
    if step is None:
        return "rows or values were lost" if project.round_trip.rows.lost else "the migration is not right"
    if step.error is not None:
        return f"the {step.name} stops: {first_line(step.error.message) or step.error.type}"
    return f"the {step.name} leaves {len(step.differences)} difference{'s' * (len(step.differences) != 1)}"
