"""Bad input: one clear error that names it, the right exit code, nothing left behind."""

import json
import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from bot.model import Failure
from tests.support.command import Ended, Repository, new
from tests.support.interpreter import project_python
from tests.support.projects import ENV, FILES, FIRST, MODELS, WITH_AGE
from tests.support.troubleshooting import appears
from tests.support.waiting import wait_until

USAGE, PROBLEM, TOOL = 2, 1, 3


def failure(ended: Ended) -> Failure:
    """The error of the one project."""
    (project,) = ended.report.projects
    assert project.error is not None, ended.out
    return project.error


def said(repository: Repository, ended: Ended, code: int, *words: str) -> None:
    """The exit code, the words on standard error, and nothing left."""
    assert ended.code == code, ended.err
    for word in words:
        assert word in ended.err, ended.err
    assert repository.left() == []


def chained(text: str) -> dict[str, str]:
    """A second migration."""
    return {"migrations/versions/b2.py": text}


def test_not_a_repository(empty: Repository) -> None:
    empty.write(FILES)
    said(empty, empty.check(), USAGE, str(empty.root), "git")


def test_a_repository_without_a_commit(empty: Repository) -> None:
    empty.git("init", "--quiet", "--initial-branch=main")
    said(empty, empty.check(), USAGE, "commit")


@pytest.mark.parametrize("option", ["--base", "--head"])
def test_an_unknown_revision(repository: Repository, option: str) -> None:
    said(repository, repository.check(option, "no-such-branch"), USAGE, "no-such-branch")


def test_no_such_folder(empty: Repository) -> None:
    empty.root.rmdir()
    said(empty, empty.check(), USAGE, str(empty.root))


def test_a_configuration_that_is_not_there(repository: Repository) -> None:
    said(repository, repository.check("--config", "db/alembic.ini"), USAGE, "db/alembic.ini")


def test_no_alembic_environment(empty: Repository) -> None:
    empty.commit({"README.md": "words"})
    empty.write({"README.md": "other words"})
    ended = empty.check()
    said(empty, ended, USAGE, "no Alembic environment", "--config")
    appears("no Alembic environment was found in the repository", ended.err)


def test_a_change_of_words_alone_is_nothing_to_do(repository: Repository) -> None:
    repository.write({"README.md": "words"})
    ended = repository.check()
    assert (ended.code, ended.report.status, ended.report.projects) == (0, "unchanged", [])


def test_wrong_settings_in_pyproject(repository: Repository) -> None:
    repository.write({"pyproject.toml": "[tool.migration-bot]\nfail_on = 'never'\n"})
    ended = repository.check()
    said(repository, ended, USAGE, "fail_on")
    appears("there is no such setting", ended.err)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--fail-on", "sometimes"], "sometimes"),
        (["--database", "mysql://x"], "mysql"),
        (["--env", "NOTHING"], "NOTHING"),
        (["--setup", "@missing.sql"], "missing.sql"),
        (["--rename", "nothing=something"], "nothing is called nothing"),
    ],
)
def test_wrong_options(repository: Repository, options: list[str], words: str) -> None:
    repository.write({"models.py": WITH_AGE})
    said(repository, repository.check(*options), USAGE, words)


AFTER_B2 = FIRST.replace("None", "'b2'").replace("a1", "c3")
# What the code of a project can be like, and what is said of it. They are Alembic environments of one repository.
BROKEN: dict[str, tuple[dict[str, str], str]] = {
    "no Python": ({"models.py": "this is no python"}, "models.py, line 1"),
    "an error": ({"models.py": "raise RuntimeError('oh dear')"}, "oh dear"),
    "an exit": ({"models.py": "import sys\nsys.exit(3)"}, "exit"),
    "an end": ({"models.py": "import os\nos._exit(4)"}, "ended"),
    "no such module": ({"models.py": "import no_such_module_at_all"}, "no_such_module_at_all"),
    "env.py": ({"models.py": WITH_AGE, "migrations/env.py": ENV + "\nundefined_name\n"}, "migrations/env.py, line"),
    "a gap": ({"models.py": WITH_AGE, **chained(FIRST.replace("None", "'gone'").replace("a1", "b2"))}, "gone"),
    "a duplicate": ({"models.py": WITH_AGE, **chained(FIRST)}, "a1"),
    "a cycle": (
        {
            "models.py": WITH_AGE,
            **chained(FIRST.replace("None", "'c3'").replace("a1", "b2")),
            "migrations/versions/c3.py": AFTER_B2,
        },
        "c",
    ),
    "no migration": (
        {"models.py": WITH_AGE, **chained("revision = 'b2'\ndown_revision = 'a1'\nsyntax error here\n")},
        "b2.py",
    ),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory, bot_cache: Path) -> tuple[Repository, Ended]:
    """A run that checks them all."""
    made = new(tmp_path_factory.mktemp("broken"), bot_cache)
    folders = {name: name.replace(" ", "_") for name in BROKEN}
    made.commit({f"{folder}/{path}": text for folder in folders.values() for path, text in FILES.items()})
    made.write({f"{folders[name]}/{path}": text for name, (files, _) in BROKEN.items() for path, text in files.items()})
    return made, made.check()


@pytest.mark.parametrize("name", BROKEN)
def test_code_that_cannot_be_read_is_said_to_be(broken: tuple[Repository, Ended], name: str) -> None:
    folder = name.replace(" ", "_")
    (error,) = [project.error for project in broken[1].report.projects if project.config.startswith(f"{folder}/")]
    assert error is not None
    assert BROKEN[name][1] in f"{error.message} {error.log_tail}"
    if name == "env.py":
        assert "undefined_name" in error.message
    assert error.advice


def test_code_that_cannot_be_read_is_a_problem_of_the_projects(broken: tuple[Repository, Ended]) -> None:
    repository, ended = broken
    assert {project.status for project in ended.report.projects} == {"error"}
    said(repository, ended, PROBLEM)


def test_all_missing_settings_are_named_at_once(repository: Repository) -> None:
    asking = "import os\nA = {'1': 1}[os.environ['SHOP_SECRET']]\nB = {'2': 2}[os.environ['SHOP_KEY']]\n"
    repository.write({"models.py": asking + WITH_AGE})
    ended = repository.check()
    error = failure(ended)
    assert all(name in error.message + error.advice for name in ("SHOP_SECRET", "SHOP_KEY"))
    assert "--env" in error.advice
    assert ended.code == PROBLEM
    given = repository.check("--env", "SHOP_SECRET=1", "--env", "SHOP_KEY=2")
    assert given.report.status == "proven"


def test_noise_and_threads_disturb_nothing(repository: Repository) -> None:
    noise = """
import os, sys, threading, time
print("noise on stdout"); sys.stderr.write("noise on stderr\\n"); os.write(1, b"raw noise\\n")
threading.Thread(target=time.sleep, args=(600,), daemon=False).start()
"""
    repository.write({"models.py": noise + WITH_AGE})
    ended = repository.check()
    assert ended.report.status == "proven"
    assert "noise" not in ended.out
    assert repository.left() == []


def test_closed_descriptors_and_changed_folders_disturb_nothing(repository: Repository) -> None:
    strange = "import os\nos.close(1)\nos.chdir('/')\nos.environ.clear()\n"
    repository.write({"models.py": strange + WITH_AGE})
    assert repository.check().report.status == "proven"


def test_an_ini_with_a_broken_interpolation(repository: Repository) -> None:
    broken = FILES["alembic.ini"].replace("driver://user:pass@localhost/dbname", "postgresql://u:p%zz@h/d")
    repository.write({"models.py": WITH_AGE, "alembic.ini": broken})
    ended = repository.check()
    assert ended.report.status in ("proven", "error")
    if ended.report.status == "error":
        assert "alembic.ini" in failure(ended).message


def test_a_path_with_blanks_quotes_and_other_letters(repository: Repository) -> None:
    moved = repository.root.with_name("a b 'c' \"d\" ünï 漢 100%")
    repository.root.rename(moved)
    repository.root = moved
    repository.write({"models.py": WITH_AGE})
    assert repository.check().report.status == "proven"


def test_setup_that_fails_is_quoted_in_a_report(repository: Repository) -> None:
    repository.write({"models.py": WITH_AGE})
    ended = repository.check("--setup", "CREATE EXTENSION no_such_extension")
    assert ended.code == USAGE
    assert "no_such_extension" in ended.err
    assert "CREATE EXTENSION no_such_extension" in failure(ended).message


def test_a_database_of_no_known_kind_has_a_report(repository: Repository) -> None:
    repository.write({"models.py": WITH_AGE})
    ended = repository.check("--database", "oracle")
    assert (ended.code, "'oracle'" in failure(ended).message) == (USAGE, True)


def test_no_such_python(repository: Repository) -> None:
    repository.write({"models.py": WITH_AGE})
    ended = repository.check(python="/no/such/python")
    assert (ended.code, "/no/such/python" in failure(ended).message) == (USAGE, True)


def test_a_server_that_does_not_answer(repository: Repository) -> None:
    repository.write({"models.py": WITH_AGE})
    ended = repository.check("--database", "postgresql://u:secret@127.0.0.1:1/x")
    said(repository, ended, TOOL, "127.0.0.1")
    assert "secret" not in ended.err + ended.out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folders_that_cannot_be_written(repository: Repository, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(stat.S_IRUSR | stat.S_IXUSR)
    repository.write({"models.py": WITH_AGE})
    said(repository, repository.check("--output-dir", str(closed / "out")), TOOL, str(closed))


def test_an_output_folder_that_is_a_file(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    repository.write({"models.py": WITH_AGE})
    said(repository, repository.check("--output-dir", str(tmp_path / "file")), TOOL, str(tmp_path / "file"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("stage", ["preparing", "building the old", "making the round trip"])
def test_being_stopped_leaves_nothing(repository: Repository, number: signal.Signals, stage: str) -> None:
    repository.write({"models.py": WITH_AGE})
    command = repository.command("--python", str(project_python()))
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=repository.environment(),
        # A shell's job in the background ignores Ctrl-C, and hands that down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  no threads here
    ) as process:
        assert process.stderr is not None
        children: dict[int, str] = {}
        for line in process.stderr:
            if stage in line:
                children = _children(process.pid)
                process.send_signal(number)
                break
        process.communicate(timeout=60)
    assert process.returncode in (130, 143)
    wait_until(lambda: repository.left() == [])  # where the run had no time to tidy up, something else does
    # Who tidies up when the bot is killed sees its end only afterwards.
    wait_until(lambda: not [name for pid, name in children.items() if _children(1).get(pid) == name])


def _children(parent: int) -> dict[int, str]:
    """Processes below another one, with their programs."""
    found: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (path / "stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        state, of = rest.split()[:2]
        if int(of) == parent and state != "Z":  # one that ended, and nobody asked how, is gone
            found[int(path.name)] = name
    return found


def test_two_runs_at_once_on_one_repository(repository: Repository) -> None:
    repository.write({"models.py": WITH_AGE})
    command = repository.command("--python", str(project_python()))
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=repository.environment())
        for _ in range(3)
    ]
    outputs = [run.communicate(timeout=120) for run in runs]
    assert [json.loads(out)["status"] for out, _ in outputs] == ["proven"] * 3
    assert repository.left() == []


def test_a_user_tree_is_left_as_it_is(repository: Repository) -> None:
    repository.write({"models.py": WITH_AGE, "notes.txt": "untracked"})
    repository.git("stash", "push", "--quiet", "--include-untracked")
    repository.write({"models.py": WITH_AGE, "other.txt": "x"})
    repository.git("add", "other.txt")
    before = _state(repository)
    index = (repository.root / ".git/index").read_bytes()
    assert repository.check().report.status == "proven"
    assert _state(repository) == before
    assert (repository.root / ".git/index").read_bytes() == index


def _state(repository: Repository) -> list[str]:
    return [repository.git(*words) for words in (("status", "--porcelain"), ("stash", "list"), ("worktree", "list"))]


def test_write_puts_the_file_into_the_tree(repository: Repository) -> None:
    repository.write({"models.py": WITH_AGE})
    ended = repository.check("--write", "--message", "age")
    assert ended.report.status == "proven", ended.report
    (written,) = [p for p in (repository.root / "migrations/versions").glob("*.py") if "a1" not in p.name]
    assert "add_column('job'" in written.read_text()
    assert repository.check().report.status == "proven"


def test_the_server_dying_is_a_tools_error(repository: Repository) -> None:
    repository.write({"models.py": WITH_AGE})
    command = repository.command("--python", str(project_python()))
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=repository.environment()
    ) as process:
        assert process.stderr is not None
        told = ""
        for line in process.stderr:
            told += line
            if "building the old" in line:
                (server,) = [pid for pid, name in _children(process.pid).items() if name == "postgres"]
                os.kill(server, signal.SIGKILL)
                break
        out, err = process.communicate(timeout=90)
    assert process.returncode in (TOOL, PROBLEM), told + err
    assert "Traceback" not in err
    assert out.strip().startswith("{") or "server" in err
    assert repository.left() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the project's code as itself")
def test_a_private_temporary_folder(repository: Repository, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    repository.write({"models.py": WITH_AGE})
    repository.environ = {"TMPDIR": str(private)}
    ended = repository.check()
    said(repository, ended, TOOL, "cannot enter", "TMPDIR")


def test_a_terminal_without_unicode(repository: Repository) -> None:
    repository.write({"models.py": WITH_AGE})
    repository.environ = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    ended = repository.check("--format", "text")
    assert ended.code == 0
    assert "op.add_column('job'" in ended.out


def test_nothing_declared_is_quick_and_unchanged(repository: Repository) -> None:
    repository.write({"models.py": MODELS + "\n# a comment\n"})
    ended = repository.check()
    assert (ended.code, ended.report.status) == (0, "unchanged")
