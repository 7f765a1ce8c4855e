"""Rows that are written after the upgrade: what the downgrade does to them."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import counted, listed
from bot.model import Finding
from bot.sqltext import quote
from bot.sqltext.names import dotted

CODES = {
    "downgrade-narrower": "The new schema allows rows that the old one does not",
    "downgrade-stopped-by-later-rows": "The downgrade stops on rows that are written after the upgrade",
    "downgrade-drops-later-rows": "The downgrade removes rows that are written after the upgrade",
}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.only_new:
        demands = dict.fromkeys(f"{demand.subject} ({quote.short(demand.text)[:80]})" for demand in facts.only_new)
        yield Finding(
            code="downgrade-narrower",
            severity="notice",
            title="Rows that only the new schema allows stop the downgrade, or are changed by it",
            detail=f"The old schema demands: {listed(list(demands))}.",
        )
    if facts.later_error is not None:
        yield Finding(
            code="downgrade-stopped-by-later-rows",
            severity="warning",
            title="The downgrade stops on rows that are written after the upgrade",
            detail=facts.later_error.message,
            advice="Let the downgrade give such rows a value, or say in it that there is no way back.",
        )
    for table, rows in facts.later_lost:
        yield Finding(
            code="downgrade-drops-later-rows",
            severity="warning",
            title=f"The downgrade removes {counted(rows, 'row')} of {dotted(*table)} written after the upgrade",
            detail="The old schema could hold them.",
            advice="Let the downgrade keep them.",
        )
