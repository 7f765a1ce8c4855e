"""What the pull request's migration does to objects that no model declares."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed, named
from bot.model import Finding

CODES = {
    "undeclared-dropped": "The migration drops what no model declares",
    "undeclared-made": "The migration makes what no model declares",
}


def check(facts: Facts) -> Iterator[Finding]:
    dropped = [named(difference) for difference in facts.by_hand if difference.action == "removed"]
    others = [named(difference) for difference in facts.by_hand if difference.action != "removed"]
    if dropped:
        yield Finding(
            code="undeclared-dropped",
            severity="warning",
            title=f"The migration drops what no model declares: {listed(dropped)}",
            detail="It was in the database before, made by a migration or by hand, and nothing in the models says so.",
            advice="If somebody still needs it, let the migration keep it or make it again.",
        )
    if others:
        yield Finding(
            code="undeclared-made",
            severity="notice",
            title=f"Made by the migration and not declared by the models: {listed(others)}",
            detail="Autogenerate does not see it, and the bot leaves it as the migration made it.",
        )
