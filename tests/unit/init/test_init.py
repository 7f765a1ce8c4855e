"""`migration-bot init` in repositories of many layouts: what it sees, writes, and leaves as it is."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from bot.cli import parser
from bot.errors import ToolError, UsageError
from bot.init import command
from bot.init.workflow import ACTION, example
from tests.support.process import MACHINE
from tests.unit.init.layouts import CASES, Case, environment

MAIN, PUBLISH = ".github/workflows/migrations.yml", ".github/workflows/migrations-publish.yml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(tmp_path)], check=True)
    return tmp_path


def lay(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def init(root: Path, *words: str) -> int:
    return command.run(parser().parse_args(["init", "--repo", str(root), *words]), MACHINE)


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


def typed(root: Path, keys: str) -> tuple[int, str]:
    """The exit code, and what is seen, of an `init` on a terminal at which somebody types."""
    person, terminal = os.openpty()
    os.write(person, keys.encode("utf-8", "surrogateescape"))
    words = [sys.executable, "-m", "bot", "init", "--repo", str(root)]
    process = subprocess.Popen(words, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True)
    os.close(terminal)
    seen = b""
    try:
        while said := os.read(person, 4096):
            seen += said
    except OSError:  # Linux says so when nobody holds the terminal any more
        pass
    os.close(person)
    return process.wait(), seen.decode(errors="replace")


def test_what_is_typed_is_taken_and_what_is_no_answer_is_asked_again(root: Path) -> None:
    lay(root, environment(""))
    code, seen = typed(root, "perhaps\nYES\nn\n\n")
    assert (code, seen.count("from forks?")) == (0, 2)
    assert (root / PUBLISH).exists()
    assert "issue_comment" not in (root / PUBLISH).read_text()


@pytest.mark.parametrize("keys", ["\x04", "y\n\x04", "y\ny\n\udcff\udcfe\n"])
def test_no_answer_and_nonsense_write_nothing(root: Path, keys: str) -> None:
    lay(root, environment(""))
    code, seen = typed(root, keys)
    assert code == 2, seen
    assert "Traceback" not in seen
    assert not (root / ".github").exists()


@pytest.mark.parametrize(
    ("word", "value", "said"),
    [
        ("--database", "postgres", "unknown database 'postgres'"),
        ("--database", "docker:a\nb: c", "cannot be printed"),
        ("--action", "acme/bot@v2\n        with: {}", "names no action"),
    ],
)
def test_what_no_workflow_can_have_is_refused(root: Path, word: str, value: str, said: str) -> None:
    lay(root, environment(""))
    with pytest.raises(UsageError, match=said):
        init(root, word, value)
    assert not (root / ".github").exists()


def test_a_password_in_the_workflow_is_pointed_out(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(root, environment(""))
    init(root, "--database", "postgresql://ci:word@db/x")
    assert "whoever can read the repository can read the password" in capsys.readouterr().out
    init(root, "--force", "--database", "${{ secrets.SERVER }}")
    assert "password" not in capsys.readouterr().out
    assert given(root)[0]["database"] == "${{ secrets.SERVER }}"


def test_a_folder_that_is_a_link_is_refused_and_nothing_behind_it_is_touched(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere/workflows/migrations.yml"
    lay(root, {**environment(""), str(outside.relative_to(root)): "kept"})
    (root / ".github").symlink_to(outside.parent.parent)
    for words in ((), ("--force",)):
        with pytest.raises(UsageError, match=r"\.github is a link"):
            init(root, *words)
    assert outside.read_text() == "kept"
    assert [path.name for path in outside.parent.iterdir()] == [outside.name]


def test_files_in_the_place_of_folders_and_folders_in_the_place_of_files_are_named(root: Path) -> None:
    lay(root, {**environment(""), ".github": "a file"})
    with pytest.raises(UsageError, match=r"\.github is no folder"):
        init(root)
    (root / ".github").unlink()
    (root / MAIN).mkdir(parents=True)
    with pytest.raises(UsageError, match="a folder is in the place"):
        init(root, "--force")


def test_a_file_that_is_too_large_to_be_read_is_there_as_well(root: Path) -> None:
    lay(root, {**environment(""), MAIN: "#" * 3_000_000})
    with pytest.raises(UsageError, match="there already"):
        init(root)
    assert (root / MAIN).stat().st_size == 3_000_000


def test_where_one_file_cannot_be_written_none_is_and_the_old_ones_stay(root: Path) -> None:
    lay(root, {**environment(""), MAIN: "name: mine\n"})
    (root / f"{PUBLISH}.{os.getpid()}.new").symlink_to("/nowhere")  # in the way of the second
    with pytest.raises(ToolError, match=r"cannot write .*publish"):
        init(root, "--forks", "--force")
    assert (root / MAIN).read_text() == "name: mine\n"
    assert [path.name for path in (root / MAIN).parent.iterdir()] == ["migrations.yml"]


@pytest.mark.parametrize("place", ["nowhere", "alembic.ini"])
def test_what_is_no_folder_is_named(root: Path, place: str) -> None:
    lay(root, environment(""))
    with pytest.raises(UsageError, match=f"{place}: there is no such folder"):
        init(root, "--repo", str(root / place))


def test_a_bare_repository_has_no_files(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path)], check=True)
    with pytest.raises(UsageError, match="is a bare repository"):
        init(tmp_path)


@pytest.mark.parametrize("branch", ["production", "true", "on"])
def test_a_branch_is_a_text_whatever_its_name(root: Path, branch: str) -> None:
    lay(root, environment(""))
    subprocess.run(["git", "-C", str(root), "symbolic-ref", "HEAD", f"refs/heads/{branch}"], check=True)
    init(root, "--commands")
    assert yaml.safe_load((root / MAIN).read_text())[True]["push"] == {"branches": [branch]}
