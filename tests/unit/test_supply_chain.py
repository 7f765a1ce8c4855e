"""What the bot is made of is pinned, and what people copy asks for the least rights."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
WORKFLOWS = [*ROOT.glob("examples/*.yml"), *ROOT.glob(".github/workflows/*.yml")]
WRITES = {  # what each needs to write, and nothing else
    "same-repository.yml": {"pull-requests", "checks"},
    "code-scanning.yml": {"pull-requests", "checks", "security-events"},
    "commands.yml": {"contents", "pull-requests", "checks"},
    "many-environments.yml": {"pull-requests", "checks"},
    "forks-check.yml": set(),
    "forks-publish.yml": {"pull-requests", "checks"},
    "release.yml": {"contents", "packages", "id-token", "attestations"},
    "tests.yml": set(),
}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_a_version_and_hashes(name: str) -> None:
    entries = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    packages = [entry for entry in entries if entry.strip() and not entry.startswith("#")]
    assert len(packages) > 20
    for entry in packages:
        assert re.match(r"[a-z0-9][a-z0-9._-]*(\[[a-z0-9, -]+\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"].get("optional-dependencies", {}).values()
    asked = [*project["project"]["dependencies"], *(line for lines in extras for line in lines)]
    locked = {
        line.partition("==")[0].partition("[")[0] for line in (ROOT / "requirements.txt").read_text().splitlines()
    }
    names = {re.split(r"[\s\[<>=~!;]", line)[0].lower() for line in asked}
    assert names <= locked


def test_installing_checks_the_hashes() -> None:
    for name in ("Makefile", "Dockerfile"):
        installs = [line for line in (ROOT / name).read_text().splitlines() if "pip install" in line]
        assert installs
        assert all("--require-hashes" in line or "--no-deps" in line for line in installs), installs


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_write_what_it_has_to_and_nothing_else(path: Path) -> None:
    workflow: dict[str, Any] = yaml.safe_load(path.read_text())
    given = [workflow["permissions"], *(job.get("permissions", {}) for job in workflow["jobs"].values())]
    assert all(isinstance(each, dict) for each in given)
    assert {right for each in given for right, how in each.items() if how == "write"} == WRITES[path.name]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_cache_of_the_default_branch_is_written_where_a_pull_requests_code_runs(path: Path) -> None:
    """A pull request's own run keeps caches for that pull request alone; runs of other events keep them for all."""
    steps = [step for job in yaml.safe_load(path.read_text())["jobs"].values() for step in job["steps"]]
    caching = [step for step in steps if step.get("uses", "").startswith("actions/cache@")]
    assert all(step.get("if") == "github.event_name == 'pull_request'" for step in caching)
