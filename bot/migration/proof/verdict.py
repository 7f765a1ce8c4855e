"""The status of a project, from what was seen. Nothing less than the whole proof is called proven."""

from bot.migration.proof.proof import Proof
from bot.model import Decision, Finding, Migration, Status

WHOLE = ["upgrade", "downgrade", "upgrade again", "autogenerate again"]


def status(
    proof: Proof,
    migrations: list[Migration],
    decisions: list[Decision],
    findings: list[Finding],
    with_rows: bool,
) -> Status:
    """`proven` only if every step was made, agreed with the catalog, and nothing was left to a guess."""
    if any(finding.severity == "error" for finding in findings):
        return "failed"
    if not proof.ok and not _excused(proof, decisions):
        return "failed"
    guessed = any(decision.decided in ("open", "assumed") for decision in decisions)
    reversible = all(migration.downgrade == "complete" for migration in migrations)
    doubts = any(finding.severity == "warning" for finding in findings)
    whole = [step.name for step in proof.steps if step.ok] == WHOLE
    return "warning" if guessed or doubts or not reversible or not with_rows or not whole else "proven"


def _excused(proof: Proof, decisions: list[Decision]) -> bool:
    """A step that failed on rows for which an answer is still open."""
    step = proof.failed_step()
    if proof.lost or step is None or step.error is None:
        return False
    return any(decision.decided == "open" for decision in decisions)
