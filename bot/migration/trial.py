"""The proof with the most awkward rows that can pass, and the questions that the others raise.

Comes in: a stage and a journey. Goes out: the proof, whether there were rows, and what they could not pass.
"""

from dataclasses import dataclass, replace

from bot.migration import violations
from bot.migration.round_trip import Journey, Proof, prove
from bot.migration.stage import Stage
from bot.outcome import Decision, Step


@dataclass(frozen=True)
class Trial:
    """`rows` tells whether there were any in the end; `stopped` is the first step that they did not pass."""

    proof: Proof
    rows: bool = True
    asked: tuple[Decision, ...] = ()
    stopped: Step | None = None


def attempt(stage: Stage, journey: Journey) -> Trial:
    """Prove with awkward rows, with mild ones where those cannot pass, with none where no rows can."""
    asked: list[Decision] = []
    stopped: Step | None = None
    proof = prove(stage, journey)
    for style in ("mild", "none"):
        step = proof.failed_step()
        if step is None or step.error is None or not violations.blames_rows(step.error):
            break
        stopped = stopped or step
        found = violations.ask(step.error, stage.old, stage.target, proof.violating)
        asked += [decision for decision in found if decision.subject not in {other.subject for other in asked}]
        journey = replace(journey, style=style)
        proof = prove(stage, journey)
    return Trial(proof, journey.style != "none", tuple(asked), stopped)
