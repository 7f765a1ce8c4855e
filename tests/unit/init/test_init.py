"""`migration-bot init` in repositories of many layouts: what it sees, writes, and leaves as it is."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from bot.cli import parser
from bot.errors import UsageError
from bot.init import command
from bot.init.workflow import ACTION, example
from tests.unit.init.layouts import CASES, Case, environment

MAIN, PUBLISH = ".github/workflows/migrations.yml", ".github/workflows/migrations-publish.yml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def lay(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def init(root: Path, *words: str) -> int:
    return command.run(parser().parse_args(["init", "--repo", str(root), *words]))


def given(root: Path, path: str = MAIN) -> list[dict[str, Any]]:
    """The inputs of the bot's steps."""
    jobs = yaml.safe_load((root / path).read_text())["jobs"].values()
    return [step.get("with", {}) for job in jobs for step in job["steps"] if step.get("uses") == ACTION]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_layout_is_seen(root: Path, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    lay(root, case.files)
    assert init(root) == 0
    said = capsys.readouterr().out
    for words in case.said:
        assert words in said
    for inputs in given(root):
        assert {name: value for name, value in inputs.items() if name != "cache-dir"} == case.inputs


@pytest.mark.parametrize(
    ("words", "examples"),
    [
        (("--no-commands",), {MAIN: "same-repository"}),
        (("--commands",), {MAIN: "commands"}),
        (("--forks", "--no-commands"), {MAIN: "forks-check", PUBLISH: "forks-publish"}),
        (("--matrix",), {MAIN: "many-environments"}),
    ],
)
def test_the_examples_are_what_it_writes(root: Path, words: tuple[str, ...], examples: dict[str, str]) -> None:
    lay(root, environment(""))
    init(root, *words)
    written = {path.relative_to(root).as_posix(): path.read_text() for path in root.glob(".github/workflows/*")}
    assert written == {path: example(name) for path, name in examples.items()}


def test_forks_and_commands_share_the_comment(root: Path) -> None:
    lay(root, environment(""))
    init(root, "--forks", "--commands")
    publish = yaml.safe_load((root / PUBLISH).read_text())
    assert set(publish["jobs"]) == {"publish", "command"}
    assert set(publish[True]) == {"workflow_run", "issue_comment"}  # YAML 1.1 reads the key `on` as a truth value
    assert {name: job.get("permissions", {}).get("contents") for name, job in publish["jobs"].items()} == {
        "publish": "read",
        "command": "write",
    }


def test_the_bot_and_the_server_can_be_named(root: Path) -> None:
    lay(root, environment(""))
    init(root, "--no-commands", "--action", "acme/bot@v2", "--database", "postgresql://postgres:it's@db/x")
    [step] = yaml.safe_load((root / MAIN).read_text())["jobs"]["migrations"]["steps"][1:]
    assert step == {"uses": "acme/bot@v2", "with": {"database": "postgresql://postgres:it's@db/x"}}


def test_the_default_branch_is_that_of_the_repository(root: Path) -> None:
    lay(root, environment(""))
    words = ("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--allow-empty", "-m", "first")
    subprocess.run(["git", "-C", str(root), "checkout", "--quiet", "-B", "trunk"], check=True)
    subprocess.run(["git", "-C", str(root), *words], check=True)
    init(root, "--commands")
    assert yaml.safe_load((root / MAIN).read_text())[True]["push"] == {"branches": ["trunk"]}


def test_what_is_there_is_left_as_it_is(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(root, {**environment(""), MAIN: "name: mine\n"})
    with pytest.raises(UsageError, match=r"migrations\.yml: there already, and left as it is"):
        init(root, "--forks")
    assert (root / MAIN).read_text() == "name: mine\n"
    assert not (root / PUBLISH).exists()  # all of the files, or none
    assert init(root, "--force") == 0
    assert "name: mine" not in (root / MAIN).read_text()
    capsys.readouterr()
    assert init(root) == 0
    assert f"unchanged: {MAIN}" in capsys.readouterr().out


def test_a_link_is_not_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "file"
    outside.write_text("kept")
    lay(root, environment(""))
    (root / ".github/workflows").mkdir(parents=True)
    (root / MAIN).symlink_to(outside)
    with pytest.raises(UsageError, match="there already"):
        init(root)
    init(root, "--force")
    assert outside.read_text() == "kept"
    assert not (root / MAIN).is_symlink()


def test_another_workflow_with_the_bot_is_named(root: Path) -> None:
    lay(root, {**environment(""), ".github/workflows/db.yaml": example("same-repository")})
    with pytest.raises(UsageError, match=r"db\.yaml: a workflow uses the bot already"):
        init(root)
    assert not (root / MAIN).exists()


def test_a_repository_without_alembic_is_told(root: Path) -> None:
    lay(root, {"setup.py": ""})
    with pytest.raises(UsageError, match="no Alembic environment"):
        init(root)


def test_jobs_of_their_own_go_with_nothing_else(root: Path) -> None:
    lay(root, environment(""))
    with pytest.raises(UsageError, match="--matrix goes with neither"):
        init(root, "--matrix", "--forks")
