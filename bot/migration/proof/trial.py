"""The proof with the most awkward rows that can pass, and the questions that the others raise.

Comes in: a testbed and a options. Goes out: the proof, whether there were rows, and what they could not pass.
"""

from dataclasses import dataclass, replace

from bot.migration.proof import violations
from bot.migration.proof.round_trip import Proof, RoundTripOptions, prove
from bot.migration.testbed.testbed import Testbed
from bot.model import Decision, Step


@dataclass(frozen=True)
class ProofOutcome:
    """`rows` tells whether there were any in the end; `stopped` is the first step that they did not pass."""

    proof: Proof
    rows: bool = True
    asked: tuple[Decision, ...] = ()
    stopped: Step | None = None


def prove_with_fallback(testbed: Testbed, options: RoundTripOptions) -> ProofOutcome:
    """Prove with awkward rows, with mild ones where those cannot pass, with none where no rows can."""
    asked: list[Decision] = []
    stopped: Step | None = None
    proof = prove(testbed, options)
    for style in ("mild", "none"):
        step = proof.failed_step()
        if step is None or step.error is None or not violations.is_data_error(step.error):
            break
        stopped = stopped or step
        found = violations.ask(step.error, testbed.old, testbed.target, proof.violating)
        asked += [decision for decision in found if decision.subject not in {other.subject for other in asked}]
        options = replace(options, style=style)
        proof = prove(testbed, options)
    return ProofOutcome(proof, options.style != "none", tuple(asked), stopped)
