"""Settings as people write them: on the command line, in `pyproject.toml`, as inputs of the action."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.cli import parser
from bot.decisions import Answer
from bot.errors import UsageError
from bot.settings import ActionRequest, files, from_inputs, from_options
from bot.settings.files import RowsFile
from scripts import settings_table
from tests.support.process import GIT, machine_with

MACHINE = machine_with({})


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One commit, and a pull request's changes of the files that settings name."""
    root = tmp_path_factory.mktemp("repository")
    GIT("init", "--quiet", cwd=root)
    (root / "rows.dump").write_bytes(b"PGDMP\xff\x00base")
    (root / "extensions.sql").write_text("CREATE EXTENSION citext")
    (root / "folder").mkdir()
    (root / "folder" / "file").touch()
    GIT("add", ".", cwd=root)
    GIT("commit", "--quiet", "-m", "base", cwd=root)
    (root / "rows.dump").write_bytes(b"PGDMP\xff\x00head")
    (root / "extensions.sql").write_text("ALTER ROLE postgres PASSWORD 'mine'")
    (root / "new.sql").write_text("SELECT 1")
    return root


def test_each_answer_keeps_its_own_source(repository: Path) -> None:
    """A setting was reported as decided by command as soon as there was any command."""
    asked = replace(_asked(repository), answers=(Answer("rename", "a", "b", "command"),))
    made = from_inputs({"using": "a.c=1"}, {"fill": ["a.b=1=1"], "using": ["a.d=2"]}, asked, MACHINE)
    assert set(made.answers) == {
        Answer("fill", "a.b", "1=1", "setting"),
        Answer("using", "a.c", "1", "setting"),
        Answer("rename", "a", "b", "command"),
    }


def test_options_and_settings_answer_side_by_side(repository: Path) -> None:
    (repository / "pyproject.toml").write_text("[tool.migration-bot]\nclean = 'a.uq'\n")
    made = from_options({"repo": str(repository), "fill": ["a.b=1"]}, MACHINE)
    assert made.answers == (Answer("clean", "a.uq", "", "setting"), Answer("fill", "a.b", "1", "command"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rename": ["member"]}, "--rename member: this is not of the form OLD=NEW"),
        ({"fill": ["a.b="]}, "--fill a.b=: the SQL is missing"),
        ({"using": ["=1"]}, "--using =1: this is not of the form TABLE.COLUMN=SQL"),
        ({"clean": ["a"]}, "--clean a: this is not of the form TABLE.CONSTRAINT or TABLE.COLUMN"),
    ],
)
def test_an_answer_of_another_form_is_refused(repository: Path, given: dict[str, list[str]], message: str) -> None:
    for make in (
        partial(from_options, {"repo": str(repository), **given}, MACHINE),
        partial(from_inputs, {}, given, _asked(repository), MACHINE),
    ):
        with pytest.raises(UsageError) as caught:
            make()
        assert caught.value.message == message


def test_the_documentation_has_the_table_of_the_options() -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    assert "\n".join(settings_table.lines()) in page, "run `python -m scripts.settings_table`"


def test_every_option_means_the_same_on_the_command_line_and_as_a_setting(repository: Path) -> None:
    given: dict[str, Any] = {"name": ["a"], "x": ["b=1"], "database": "docker:postgres:17", "require-migration": True}
    words = ["--name", "a", "-x", "b=1", "--database", "docker:postgres:17", "--require-migration", "--repo"]
    by_option = from_options(vars(parser().parse_args(["check", *words, str(repository)])), MACHINE)
    by_setting = from_inputs({}, given, _asked(repository), MACHINE)
    for made in (by_option, by_setting):
        found = (made.sections, made.x, made.database, made.require_migration)
        assert found == (("a",), ("b=1",), "docker:postgres:17", True)


def test_an_input_wins_over_the_setting_of_base(repository: Path) -> None:
    given = {"require-migration": True}
    assert from_inputs({}, given, _asked(repository), MACHINE).require_migration
    assert not from_inputs({"require-migration": "false"}, given, _asked(repository), MACHINE).require_migration


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("require-migration", "perhaps", "must be true or false"),
        ("fail-on", "sometimes", "must be one of error, warning, never"),
        ("baseline", "both", "must be one of auto, migrations, models"),
        ("database", "a\0b", "NUL"),
    ],
)
def test_an_input_that_is_not_allowed_is_named(repository: Path, key: str, value: str, message: str) -> None:
    with pytest.raises(UsageError, match=f"the input {key} .*{message}"):
        from_inputs({key: value}, {}, _asked(repository), MACHINE)


def _variables(text: str) -> dict[str, str]:
    return files.env_file(".env", lambda _path: text.encode())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=b", "b"),
        ("A=", ""),
        ("# a comment\n\nexport A = b c # why\r\n", "b c"),
        ("A=postgres://u:p#1@h/d", "postgres://u:p#1@h/d"),
        ("A='$x \\n'", "$x \\n"),
        ('A="two\nlines\\tand \\"more\\"" # why', 'two\nlines\tand "more"'),
    ],
)
def test_variables_in_a_file(text: str, value: str) -> None:
    assert _variables(text) == {"A": value}


@pytest.mark.parametrize("line", ["A", "=1", "A='1", 'A="1" 2', "1A=2", "A B=1", "A=\0"])
def test_a_line_that_is_no_variable_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(UsageError, match=r"--env-file .env, line 2: this is not of the form NAME=VALUE"):
        _variables(f"B=1\n{line}\nC=1")


def test_an_option_wins_over_the_file_of_variables(repository: Path) -> None:
    (repository / ".env").write_text("A=file\nB=file\n")
    made = from_options({"repo": str(repository), "env-file": ".env", "env": ["A=option"]}, MACHINE)
    assert made.env == {"A": "option", "B": "file"}


def _asked(root: Path) -> ActionRequest:
    return ActionRequest(repo=root, base="HEAD", head="HEAD", output_dir=root, files=partial(GIT.blob, root, "HEAD"))


def test_on_the_command_line_files_are_those_of_the_working_tree(repository: Path) -> None:
    made = from_options({"repo": str(repository), "rows": "rows.dump", "setup": ["@extensions.sql"]}, MACHINE)
    assert made.rows == RowsFile("rows.dump", b"PGDMP\xff\x00head")
    assert made.setup == ("ALTER ROLE postgres PASSWORD 'mine'",)


def test_in_the_action_files_are_those_of_the_base_revision(repository: Path) -> None:
    made = from_inputs({"rows": "./rows.dump", "setup": "@extensions.sql"}, {}, _asked(repository), MACHINE)
    assert made.rows is not None
    assert made.rows.content == b"PGDMP\xff\x00base"
    assert made.setup == ("CREATE EXTENSION citext",)


@pytest.mark.parametrize("path", ["new.sql", "folder", "/etc/passwd", "../outside.sql", "a\nb", "nothing.sql"])
def test_what_base_does_not_have_is_refused(repository: Path, path: str) -> None:
    with pytest.raises(UsageError, match="--rows"):
        from_inputs({}, {"rows": path}, _asked(repository), MACHINE)


@pytest.mark.parametrize("path", ["nothing.sql", "folder", "folder/file"])
def test_rows_that_are_not_there_are_refused(repository: Path, path: str) -> None:
    with pytest.raises(UsageError, match=f"--rows {path}: "):
        from_options({"repo": str(repository), "rows": path}, MACHINE)


def test_a_file_that_is_too_large_is_refused(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 4)
    monkeypatch.setattr("bot.project.checkout.git.LARGEST_FILE", 4)
    with pytest.raises(UsageError, match="the file has more than"):
        from_options({"repo": str(repository), "rows": "rows.dump"}, MACHINE)
    with pytest.raises(UsageError, match="the file has more than"):
        from_inputs({"rows": "rows.dump"}, {}, _asked(repository), MACHINE)


def test_a_home_in_the_path_of_a_python_is_that_of_who_runs_the_bot() -> None:
    assert from_options({"python": "~/venv"}, MACHINE).python == str(Path.home() / "venv")
    assert from_options({"python": ">=3.11,~=3.12"}, MACHINE).python == ">=3.11,~=3.12"


@pytest.mark.parametrize(
    ("given", "rows"), [({}, 0), ({"scale": "300000"}, 300_000), ({"scale": "300_000"}, 300_000), ({"scale": "0"}, 0)]
)
def test_how_many_rows_to_measure_with(given: dict[str, str], rows: int) -> None:
    assert from_options(given, MACHINE).scale == rows


@pytest.mark.parametrize("text", ["many", "-5", "1e6", "300,000", "9" * 30])
def test_what_is_no_number_of_rows_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the input scale must be a whole number"):
        from_inputs({"scale": text}, {}, _asked(tmp_path), MACHINE)
    with pytest.raises(UsageError, match="--scale must be a whole number"):
        from_options({"scale": text}, MACHINE)


@pytest.mark.parametrize("rows", [1, 999, 100_000_001])
def test_too_few_or_too_many_rows_are_refused(rows: int) -> None:
    with pytest.raises(UsageError, match=f"--scale is {rows}"):
        from_options({"scale": str(rows)}, MACHINE)


def test_the_sizes_of_tables_in_production(repository: Path) -> None:
    (repository / "sizes.csv").write_text('schema,table,rows\npublic,"a,b",12\nshop,order,9000000000\n')
    made = from_options({"repo": str(repository), "sizes": "sizes.csv"}, MACHINE)
    assert made.sizes == {("public", "a,b"): 12, ("shop", "order"): 9_000_000_000}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "there are none in it"),
        ("schema,table,rows\n", "there are none in it"),
        ("a,b,c\n1,2,3\n", "line 2"),
        ("schema,table,rows\npublic,job,many\n", "line 2"),
        ("schema,table,rows\npublic,job,1\npublic,job\n", "line 3"),
        ("schema,table,rows\npublic,job,-1\n", "line 2"),
        ('schema,table,rows\npublic,job,1\npublic,"job,1\n', r"line \d"),
    ],
)
def test_a_file_that_has_no_sizes_is_refused_with_its_line(repository: Path, text: str, where: str) -> None:
    (repository / "sizes.csv").write_text(text)
    with pytest.raises(UsageError, match=f"--sizes sizes.csv, {where}: these are no lines of schema,table,rows"):
        from_options({"repo": str(repository), "sizes": "sizes.csv"}, MACHINE)


@pytest.mark.parametrize(("given", "place"), [("kept", "kept"), ("/elsewhere/kept", "/elsewhere/kept")])
def test_a_cache_is_a_folder_of_the_workspace_wherever_the_step_runs(repository: Path, given: str, place: str) -> None:
    assert from_inputs({"cache-dir": given}, {}, _asked(repository), MACHINE).cache_dir == repository / place
