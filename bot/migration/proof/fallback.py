"""The proof with the most awkward rows that can pass, and the questions that the others raise.

In: a testbed and options. Out: the proof, whether there were rows, and what they could not pass.
"""

from dataclasses import dataclass, field, replace

from bot.errors import UsageError
from bot.migration.proof import restrictions, violations
from bot.migration.proof.options import RoundTripOptions
from bot.migration.proof.proof import Proof
from bot.migration.proof.round_trip import prove
from bot.migration.proof.seeding import Seeded
from bot.migration.testbed.testbed import Testbed
from bot.model import Decision, ObjectKey, Step, StepError


@dataclass(frozen=True)
class ProofOutcome:
    """`rows` tells whether there were any in the end; `stopped` is the first step that they did not pass.

    `seeded` are the rows of the first try, with those that break what is new. `lookup_error` stops the upgrade where no
    row has the values that the migration speaks of.
    """

    proof: Proof
    rows: bool = True
    asked: tuple[Decision, ...] = ()
    stopped: Step | None = None
    seeded: Seeded = field(default_factory=Seeded)
    lookup_error: StepError | None = None


ROUNDS = 3  # how often rows that a question is about are left out before all that break anything are


def prove_with_fallback(testbed: Testbed, options: RoundTripOptions) -> ProofOutcome:
    """Prove with awkward rows; without those that questions are about; with mild ones; with none where no rows can."""
    asked: list[Decision] = []
    stopped: Step | None = None
    proof = prove(testbed, options)
    step = proof.failed_step()
    if proof.stopped_in_env and step and step.error and not violations.is_data_error(step.error):
        # Some go through the rows of a table, as of tenants.
        options = replace(options, only_near=True)
        proof = prove(testbed, options)
    seeded = proof.seeded
    rounds = 0
    while options.style != "none":
        step = proof.failed_step()
        if step is None or step.error is None or not violations.is_data_error(step.error):
            break
        stopped = stopped or step
        found = violations.ask(step.error, testbed.old, testbed.target, proof.violating)
        asked += [decision for decision in found if decision.subject not in {other.subject for other in asked}]
        rounds += 1
        options = _easier(options, proof, violations.broken(step.error, proof.seeded.restrictions), rounds)
        proof = prove(testbed, options)
    return ProofOutcome(proof, options.style != "none", tuple(asked), stopped, seeded)


def refuse_wrong_answers(testbed: Testbed, options: RoundTripOptions) -> None:
    """The user's own rows must not break what the author says that no row breaks."""
    if not testbed.rows_name or not options.without:
        return
    found = restrictions.find(testbed.old, testbed.target, options.expected.new_column)
    with testbed.project_session(testbed.rows_name) as connection, connection.cursor() as cursor:
        for restriction in found:
            if restriction.key not in options.without or restriction.counting is None:
                continue
            cursor.execute(restriction.counting)
            broken = int((cursor.fetchone() or (0,))[0])
            if broken:
                raise UsageError(
                    f"--clean {restriction.subject}: {broken} of the rows given by --rows break it",
                    "Take the answer back, or mend the rows.",
                )


def without_lookups(testbed: Testbed, options: RoundTripOptions, outcome: ProofOutcome) -> ProofOutcome:
    """Once more, up alone, without the values that the author's statements speak of: whoever looks a row up by one
    of them, without making it before, finds none."""
    if outcome.stopped is not None or not outcome.rows or outcome.proof.migrated is None:
        return outcome
    without = frozenset(restriction.key for restriction in outcome.proof.seeded.without)
    again = replace(options, literals={}, downgrade=False, without=options.without | without)
    step = prove(testbed, again).failed_step()
    if step is None or step.error is None or step.name != "upgrade":
        return outcome
    return replace(outcome, lookup_error=step.error)


def _easier(options: RoundTripOptions, proof: Proof, broken: frozenset[ObjectKey], rounds: int) -> RoundTripOptions:
    """What to try next: without the rows that a restriction stopped, then without all such rows, then with fewer."""
    if options.style == "mild":
        return replace(options, style="none")
    left = frozenset(restriction.key for restriction in proof.seeded.restrictions) - options.without
    if not left:
        return replace(options, style="mild")
    fresh = broken - options.without
    return replace(options, without=options.without | (fresh if fresh and rounds <= ROUNDS else left))
