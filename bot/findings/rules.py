"""All rules, applied: facts in, findings out, the gravest first."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Protocol, cast

from bot import findings
from bot.findings.facts import Facts
from bot.outcome import Finding

_NO_RULES = {"facts", "rules", "words"}
_ORDER = {"error": 0, "warning": 1, "notice": 2}


class Rule(Protocol):
    """What a module of this folder offers."""

    def check(self, facts: Facts) -> Iterator[Finding]: ...


@cache
def plugins() -> tuple[Rule, ...]:
    """All rules, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(findings.__path__))
    return tuple(cast(Rule, importlib.import_module(f"{findings.__name__}.{n}")) for n in names if n not in _NO_RULES)


def all_findings(facts: Facts) -> list[Finding]:
    """What every rule has to say, in a stable order."""
    found = [finding for rule in plugins() for finding in rule.check(facts)]
    return sorted(found, key=lambda finding: (_ORDER[finding.severity], finding.code))
