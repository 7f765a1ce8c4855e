"""Pages for people: all can be reached from the README, and no link leads nowhere."""

import re
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s#]*)(#[^)\s]*)?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in HEADING.findall(page.read_text())}


def _links(page: Path) -> list[tuple[Path, str]]:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    return [((page.parent / path).resolve() if path else page, anchor[1:]) for path, anchor in LINK.findall(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert [str(path) for path, _ in _links(page) if not path.exists()] == []
    pages = [(path, anchor) for path, anchor in _links(page) if anchor and path.suffix == ".md"]
    assert [f"{path.name}#{anchor}" for path, anchor in pages if anchor not in _anchors(path)] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, left = set[Path](), [ROOT / "README.md"]
    while left:
        page = left.pop()
        reached.add(page)
        left += [path for path, _ in _links(page) if path.suffix == ".md" and path.exists() and path not in reached]
    assert [page.name for page in PAGES if page not in reached] == []


def test_who_reports_a_bug_is_asked_for_the_report() -> None:
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/bug.yml").read_text())
    assert "report.json" in [part["attributes"].get("label") for part in form["body"]]
