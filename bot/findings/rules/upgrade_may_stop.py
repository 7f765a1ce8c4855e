"""An upgrade that passes here, and stops in another time zone or where the same rows are stored in another order."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.migration.proof.proof import Circumstance
from bot.model import Finding

CODES = {"upgrade-may-stop": "The upgrade stops in another time zone, or with its rows stored in another order"}
_WHERE: dict[Circumstance, str] = {
    "time zone": "in a session with another time zone",
    "row order": "where the same rows are stored in another order",
}
_ADVICE: dict[Circumstance, str] = {
    "time zone": "Say which zone is meant, as in `(at AT TIME ZONE 'UTC')::date`.",
    "row order": "Say in which order rows are to be read: ORDER BY columns of which no two rows have the same values.",
}


def check(facts: Facts) -> Iterator[Finding]:
    for stop in facts.stops:
        yield Finding(
            code="upgrade-may-stop",
            severity="warning",
            title=f"The upgrade stops {_WHERE[stop.circumstance]}",
            detail=stop.error.message,
            advice=_ADVICE[stop.circumstance],
        )
