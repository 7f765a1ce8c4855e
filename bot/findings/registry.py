"""Applies all rules: facts in, findings out, most severe first."""

from collections.abc import Iterator, Mapping
from typing import Protocol, cast

from bot.findings.facts import Facts
from bot.findings.ignored import without_ignored
from bot.model import Finding
from bot.system import plugins

# Found where there is nothing that a rule could look at.
_OTHERS = {
    "environment-removed": "The change removes an Alembic environment",
    "ignored-in-vain": "A comment that ignores a finding has no effect",
}
_ORDER = {"error": 0, "warning": 1, "notice": 2}


class Rule(Protocol):
    """What a module of `rules/` offers; `CODES` say in one line what its findings are about."""

    CODES: Mapping[str, str]

    def check(self, facts: Facts) -> Iterator[Finding]: ...


def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their names."""
    return tuple(cast(Rule, module) for module in plugins.modules("bot.findings.rules").values())


def descriptions() -> dict[str, str]:
    """All codes that a finding can have, each with what it is about."""
    return {**_OTHERS, **{code: text for rule in rules() for code, text in rule.CODES.items()}}


def all_findings(facts: Facts) -> list[Finding]:
    """The findings of all rules, less those that the author ignores by a comment, in a stable order."""
    found = [finding for rule in rules() for finding in rule.check(facts)]
    found = without_ignored(facts.project.migrations, found)
    return sorted(found, key=place)


def place(finding: Finding) -> tuple[int, str, int, str]:
    """By severity, then as they stand in their files."""
    where = finding.where
    path, line = (where.path, where.line or 0) if where else ("", 0)
    return _ORDER[finding.severity], path, line, finding.code
