"""Every code that a finding can have is described once, and explained in docs/findings.md."""

import re
from pathlib import Path

from bot.findings import registry
from bot.findings.registry import place
from bot.model import Finding, Where
from bot.system import plugins

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/findings.md").read_text()


def test_each_rule_describes_what_it_finds() -> None:
    for name, module in plugins.modules("bot.findings.rules").items():
        source = Path(str(module.__file__)).read_text()
        written = set(re.findall(r'\bcode="([\w-]+)"', source))
        assert written <= set(module.CODES), name


def test_a_code_means_the_same_wherever_it_is_found() -> None:
    said = [pair for rule in registry.rules() for pair in rule.CODES.items()]
    assert len(dict(said)) == len(set(said))


def test_each_code_is_explained() -> None:
    assert re.findall(r"^### `([\w-]+)`$", PAGE, re.MULTILINE) != []
    assert set(re.findall(r"^### `([\w-]+)`$", PAGE, re.MULTILINE)) == set(registry.descriptions())


def test_findings_stand_as_in_their_file_and_those_of_no_place_first() -> None:
    def one(code: str, line: int | None) -> Finding:
        where = Where(path="a.py", line=line) if line else None
        return Finding(code=code, severity="notice", title="", detail="", where=where)

    found = [one("b", 3), one("a", 12), one("a", 2), one("a", None)]
    told = [(finding.code, finding.where.line if finding.where else None) for finding in sorted(found, key=place)]
    assert told == [("a", None), ("a", 2), ("b", 3), ("a", 12)]
