"""What to try next, for each kind of trouble: it can be copied."""

from pathlib import Path

import pytest

from bot.errors import ProjectError
from bot.project import remedies
from bot.project.remedies import Trouble
from tests.support.troubleshooting import appears


def advice(
    root: Path, message: str, *, kind: str = "exception", module: str = "", left_out: tuple[str, ...] = ()
) -> str:
    error = ProjectError(message, "as before", kind=kind)
    error.module = module
    return remedies.applied(error, Trouble(root, (".", "server"), left_out)).advice


@pytest.mark.parametrize(
    ("missing", "example"),
    [
        ("settings.toml", "settings_example.toml"),
        ("settings.toml", "settings.example.toml"),
        ("settings.toml", "settings.toml.dist"),
        ("config.py", "config.default.py"),
        ("config.yaml", "sample-config.yaml"),
        ("config/local.yaml", "config/local.yaml.template"),
        (".env", ".env.example"),
        ("server/secrets.json", "server/secrets.sample.json"),
    ],
)
def test_a_missing_file_is_copied_from_its_example(tmp_path: Path, missing: str, example: str) -> None:
    path = tmp_path / example
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    command = f"--prepare 'cp {example} {missing}'"
    said = advice(tmp_path, f"[Errno 2] No such file or directory: '{tmp_path}/{missing}'")
    assert command in said
    appears("… is not in git; … is", said)
    assert command in advice(tmp_path, f"no settings in {missing.removeprefix('server/')}, and none elsewhere")


def test_a_file_that_is_there_or_has_no_example_is_left_alone(tmp_path: Path) -> None:
    for name in ("there.toml", "there_example.toml"):
        (tmp_path / name).touch()
    assert advice(tmp_path, "there.toml is broken, and other.toml is not there") == "as before"


@pytest.mark.parametrize(
    ("name", "text", "command"),
    [
        ("Makefile", "all: proto\nproto: x.proto\n\tpython -m grpc_tools.protoc x.proto\n", "make proto"),
        ("server/Makefile", "gen:\n\tprotoc x.proto\n", "make -C server gen"),
        ("justfile", "generate:\n    buf generate\n", "just generate"),
        ("scripts/gen.sh", "protoc --python_out=. x.proto\n", "sh scripts/gen.sh"),
    ],
)
def test_generated_protobuf_code(tmp_path: Path, name: str, text: str, command: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    said = advice(tmp_path, "No module named 'app.job_pb2'", kind="import", module="app.job_pb2")
    assert f"--prepare '{command}'" in said


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("locale/es/LC_MESSAGES/messages.po", "pybabel compile -f -d locale"),
        ("server/translations/fr/LC_MESSAGES/shop.po", "pybabel compile -f -d server/translations -D shop"),
    ],
)
def test_translations_that_are_not_compiled(tmp_path: Path, path: str, command: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).touch()
    domain = Path(path).stem
    said = advice(tmp_path, f"FileNotFoundError: [Errno 2] No translation file found for domain: '{domain}'")
    assert f"--prepare '{command}'" in said
    assert advice(tmp_path, "FileNotFoundError: [Errno 2] No translation file found for domain: 'x'") == "as before"


def test_generated_code_without_a_generator_is_recognised(tmp_path: Path) -> None:
    said = advice(tmp_path, "x", kind="import", module="app.job_pb2_grpc")
    appears("is generated code that is not in git", said)


@pytest.mark.parametrize("file", ["app/version.py", "${VERSION_FILE}", "$(APP_VERSION_FILE)"])
def test_a_file_with_the_version_that_make_writes(tmp_path: Path, file: str) -> None:
    """Python names the package that lacks it, and not the module."""
    recipe = f"test:\n\tpytest > log\n\nversion-file: ## makes it\n\t@echo \"__commit__ = 'x'\" > {file}\n"
    (tmp_path / "Makefile").write_text(recipe)
    said = advice(tmp_path, "cannot import name 'version' from 'app' (app/__init__.py)", kind="import", module="app")
    assert "--prepare 'make version-file'" in said


def test_a_file_with_the_version_that_a_build_writes(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.setuptools_scm]\nwrite_to = "app/_version.py"\n')
    said = advice(tmp_path, "No module named 'app._version'", kind="import", module="app._version")
    assert "app/_version.py is written by the build: --prepare" in said


def test_a_package_that_was_left_out_is_named_where_it_is_missed(tmp_path: Path) -> None:
    said = advice(tmp_path, "x", kind="import", module="ldap.filter", left_out=("python-ldap", "xmlsec"))
    assert said.startswith("python-ldap could not be installed here and was left out. Install")
    said = advice(tmp_path, "x", kind="import", module="kombu", left_out=("utils",))
    assert "utils could not be installed here and was left out: does the module come from there?" in said
    assert advice(tmp_path, "x", kind="import", module="kombu") == "as before"


def test_a_library_that_the_machine_lacks(tmp_path: Path) -> None:
    for text in ("libfuzzy.so.2: cannot open shared object file", "Failed to load libfuzzy.so.2."):
        said = advice(tmp_path, text)
        assert "apt-get install libfuzzy2" in said
        appears("The machine lacks the library …", said)


def test_what_was_filled_in_is_said_of_a_failure_as_well(tmp_path: Path) -> None:
    error = remedies.applied(ProjectError("x", "y"), Trouble(tmp_path, (), filled=("A=1",)))
    assert error.advice.endswith("--env 'A=1'")


@pytest.mark.parametrize(
    ("message", "host"),
    [
        (
            "HTTPSConnectionPool(host='files.example.org', port=443): Max retries exceeded",
            "files.example.org",
        ),
        ("Cannot connect to host files.example.org:443 ssl:default [Name or service not known]", "files.example.org"),
        ("[Errno -2] Name or service not known", "asks one for something"),
    ],
)
def test_code_that_asks_another_server_when_it_is_imported(tmp_path: Path, message: str, host: str) -> None:
    said = advice(tmp_path, message)
    assert host in said
    appears("reaches no server but its database", said)


def test_a_module_that_no_index_has(tmp_path: Path) -> None:
    said = advice(tmp_path, "No module named 'rpm'", kind="import", module="rpm")
    assert "python3-rpm on Debian" in said
    appears("comes with the operating system", said)
    assert advice(tmp_path, "No module named 'kombu'", kind="import", module="kombu") == "as before"


def test_a_program_that_the_machine_lacks(tmp_path: Path) -> None:
    error = ProjectError("app.py, line 3: FileNotFoundError: [Errno 2] No such file or directory: 'opm'", "as before")
    assert remedies.applied(error, Trouble(tmp_path, (".",))).advice == "as before"
    error.log_tail = "subprocess.py, line 1966, in _execute_child"
    said = remedies.applied(error, Trouble(tmp_path, (".",))).advice
    assert "lacks the program opm" in said
    appears("The machine lacks the program …", said)


@pytest.mark.parametrize(
    ("module", "said"), [("libs.other.x", True), ("other", True), ("others", False), ("libs.another", False)]
)
def test_a_submodule_that_is_not_checked_out(tmp_path: Path, module: str, said: bool) -> None:
    (tmp_path / ".gitmodules").write_text('[submodule "x"]\n\tpath = libs/other\n\turl = https://example.org/x\n')
    (tmp_path / "libs/other").mkdir(parents=True)
    message = f"ModuleNotFoundError: No module named '{module}'"
    found = advice(tmp_path, message)
    assert found.startswith("libs/other is a submodule") == said
    if said:
        appears("… is a submodule that is not checked out", found)
    (tmp_path / "libs/other/x.py").touch()
    assert advice(tmp_path, message) == "as before"


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        (
            ".devcontainer/ulid.sql",
            "CREATE OR REPLACE FUNCTION generate_ulid()",
            "function generate_ulid() does not exist",
        ),
        ("docker/init.sql", "create schema if not exists audit;", 'schema "audit" does not exist'),
        ("db/init.sql", "CREATE TYPE public.mood AS ENUM ();", 'type "mood" does not exist'),
        ("schema.sql", 'CREATE TABLE "user" (id int);', 'relation "public.user" does not exist'),
    ],
)
def test_what_a_script_makes_before_any_migration(tmp_path: Path, path: str, text: str, message: str) -> None:
    for name, content in {path: text, "other/a.sql": "CREATE TABLE users (); CREATE TYPE moods AS ENUM ();"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    said = advice(tmp_path, f"env.py, line 3: UndefinedFunction: {message}\nSQL: SELECT 1", kind="database")
    assert f"--setup '@{path}'" in said
    appears("… makes …, which no migration does", said)
    assert advice(tmp_path, message, kind="exception") == "as before"


@pytest.mark.parametrize(("side", "told"), [("base", True), ("head", False)])
def test_a_base_that_does_not_run_is_told_from_a_head_that_does_not(tmp_path: Path, side: str, told: bool) -> None:
    """Its author is not asked to correct what this change has corrected already."""
    error = ProjectError(
        "models.py, line 1: odd", "Correct it.", log_tail=f'File "{tmp_path}/{side}/models.py", line 1'
    )
    trouble = Trouble(tmp_path / "head", (".",), base=tmp_path / "base")
    said = remedies.applied(error, trouble).advice
    assert said.startswith("It is the base commit whose code does not run") == told
    assert said.endswith("Correct it.")
