"""The status of a project, from what was seen. Nothing less than the whole proof is called proven."""

from bot.migration.proof.proof import Proof
from bot.model import Decision, Finding, Migration, Status

_INVENTS = ("rename", "fill", "using")


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
    guessed = [d for d in decisions if d.decided == "open" or (d.decided == "assumed" and d.kind in _INVENTS)]
    reversible = all(migration.downgrade == "complete" for migration in migrations)
    doubts = any(finding.severity == "warning" for finding in findings)
    if guessed or doubts or not proof.ok or not reversible or not with_rows:
        return "warning"
    names = [step.name for step in proof.steps]
    whole = names == ["upgrade", "downgrade", "upgrade again", "autogenerate again"]
    return "proven" if whole else "warning"


def _excused(proof: Proof, decisions: list[Decision]) -> bool:
    """A step that failed on rows for which an answer is still open."""
    step = proof.failed_step()
    if proof.lost or step is None or step.error is None:
        return False
    return any(decision.decided == "open" for decision in decisions)
