from pathlib import Path

import pytest

from bot.discovery.environments import AlembicConfig, discover, known, usual
from bot.errors import UsageError
from tests.support.folders import ini, write


def found(root: Path, *wanted: str) -> list[tuple[str, str, str | None]]:
    return [(config.path, config.cwd, config.script_dir) for config in usual(discover(root, wanted))]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"alembic.ini": ini("migrations"), "migrations/env.py": ""},
            ("alembic.ini", ".", "migrations"),
            id="beside the file",
        ),
        pytest.param(
            {"backend/alembic.ini": ini("alembic"), "backend/alembic/env.py": ""},
            ("backend/alembic.ini", "backend", "backend/alembic"),
            id="a folder of its own",
        ),
        pytest.param(
            {"conf/alembic.ini": ini("app/migrations"), "app/migrations/env.py": ""},
            ("conf/alembic.ini", ".", "app/migrations"),
            id="run from a folder above",
        ),
        pytest.param(
            {"db/alembic.ini": ini("%(here)s/scripts"), "db/scripts/env.py": "import os\nimport alembic"},
            ("db/alembic.ini", "db", "db/scripts"),
            id="relative to the file",
        ),
        pytest.param(
            {
                "db/alembic.ini": ini("%(here)s"),
                "db/env.py": "from app.db import Base",
                "app/__init__.py": "",
            },
            ("db/alembic.ini", ".", "db"),
            id="run from where imports work",
        ),
        pytest.param(
            {"alembic.ini": ini("app.db:migrations"), "src/app/db/migrations/env.py": ""},
            ("alembic.ini", ".", "src/app/db/migrations"),
            id="in a package",
        ),
        pytest.param(
            {"alembic.ini": ini("%(top)s/m", more="top = db"), "db/m/env.py": ""},
            ("alembic.ini", ".", "db/m"),
            id="through another option",
        ),
        pytest.param(
            {"setup.cfg": "[metadata]\nname = x\n\n" + ini("migrations"), "migrations/env.py": ""},
            ("setup.cfg", ".", "migrations"),
            id="setup.cfg",
        ),
        pytest.param(
            {"pyproject.toml": "[tool.alembic]\nscript_location = '%(here)s/m'", "m/env.py": ""},
            ("pyproject.toml", ".", "m"),
            id="pyproject.toml",
        ),
        pytest.param(
            {"alembic.ini": "[alembic]\nscript_location = m\nbroken line\n%(\n", "m/env.py": ""},
            ("alembic.ini", ".", "m"),
            id="a file that Alembic will not read",
        ),
    ],
)
def test_where_an_environment_is_and_is_run_from(
    tmp_path: Path, files: dict[str, str], expected: tuple[str, str, str]
) -> None:
    assert found(write(tmp_path, files)) == [expected]


def test_flask_migrate_is_run_from_outside_the_package(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/__init__.py": "",
            "app/migrations/alembic.ini": "[alembic]\n[loggers]\nkeys = root\n",
            "app/migrations/env.py": "from flask import current_app",
        },
    )

    assert discover(tmp_path) == [
        AlembicConfig("app/migrations/alembic.ini", "flask", "alembic", None, ".", script_dir="app/migrations")
    ]


def test_every_section_of_a_file_with_several_databases(tmp_path: Path) -> None:
    text = "[DEFAULT]\nprepend_sys_path = .\n" + ini("one", "first") + ini("two", "second") + "[post_write_hooks]\n"
    write(tmp_path, {"alembic.ini": text, "one/env.py": "", "two/env.py": ""})

    assert [(config.section, config.script_dir) for config in discover(tmp_path)] == [
        ("first", "one"),
        ("second", "two"),
    ]


def test_sections_by_name(tmp_path: Path) -> None:
    text = ini("one", "alembic") + ini("one", "reports") + ini("two", "second")
    write(tmp_path, {"alembic.ini": text, "one/env.py": "", "two/env.py": ""})

    assert [config.section for config in usual(discover(tmp_path))] == ["alembic", "reports", "second"]
    assert [config.section for config in usual(discover(tmp_path, (), ("reports",)))] == ["reports"]
    assert [c.section for c in usual(discover(tmp_path, ("alembic.ini",), ("alembic", "reports")))] == [
        "alembic",
        "reports",
    ]
    with pytest.raises(UsageError, match="--name nothing: no Alembic configuration has such a section") as caught:
        discover(tmp_path, (), ("nothing",))
    assert caught.value.advice == "Found: alembic, reports, second."


def test_a_section_that_is_left_from_the_beginning_is_none_beside_others(tmp_path: Path) -> None:
    """`alembic init` wrote it; its folder has the others' folders, and no env.py."""
    text = ini(".", "alembic") + ini("%(here)s/first", "first") + ini("%(here)s/second", "second")
    write(tmp_path, {"db/alembic.ini": text, "db/first/env.py": "", "db/second/env.py": ""})
    assert [config.section for config in discover(tmp_path)] == ["first", "second"]
    write(tmp_path, {"db/env.py": ""})
    assert [config.section for config in discover(tmp_path)] == ["alembic", "first", "second"]


@pytest.mark.parametrize("location", [".\\migration", "db\\migration", "%(here)s\\migration"])
def test_a_path_as_windows_writes_it(tmp_path: Path, location: str) -> None:
    """No such path is on the machines where the bot runs: the folder is named to Alembic."""
    folder = "db/migration" if location.startswith("db") else "migration"
    write(tmp_path, {"alembic.ini": ini(location), f"{folder}/env.py": ""})
    (config,) = discover(tmp_path)
    assert (config.script_dir, config.found) == (folder, True)


def test_folders_of_migrations_outside_the_scripts(tmp_path: Path) -> None:
    more = "version_locations = %(here)s/billing/versions other/versions missing"
    write(
        tmp_path,
        {
            "alembic.ini": ini("m", more=more),
            "m/env.py": "",
            "billing/versions/1.py": "",
            "other/versions/1.py": "",
        },
    )

    assert discover(tmp_path)[0].versions == ("billing/versions", "other/versions")


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"alembic.ini": "[alembic]\n# script_location = m\n"}, id="commented out"),
        pytest.param({"node_modules/x/alembic.ini": ini("m")}, id="node_modules"),
        pytest.param({"env/pyvenv.cfg": "", "env/lib/alembic.ini": ini("m")}, id="virtual environment"),
        pytest.param({".hidden/alembic.ini": ini("m")}, id="hidden"),
        pytest.param({"{{cookiecutter.slug}}/alembic.ini": ini("m")}, id="template of a project"),
        pytest.param({"pyproject.toml": "[tool.alembic"}, id="broken pyproject.toml"),
        pytest.param({"pyproject.toml": "tool = 1"}, id="odd pyproject.toml"),
        pytest.param({"alembic.ini": ""}, id="empty"),
    ],
)
def test_what_is_no_environment(tmp_path: Path, files: dict[str, str]) -> None:
    assert discover(write(tmp_path, files)) == []


def test_of_several_files_for_one_folder_the_usual_one_is_taken(tmp_path: Path) -> None:
    pyproject = "[tool.alembic]\nscript_location = 'm'"
    write(
        tmp_path,
        {
            "a-production.ini": ini("m"),
            "alembic.ini": ini("%(here)s/m"),
            "pyproject.toml": pyproject,
            "m/env.py": "",
        },
    )

    assert found(tmp_path) == [("alembic.ini", ".", "m")]
    assert found(tmp_path, "a-production.ini", "alembic.ini") == [
        ("a-production.ini", ".", "m"),
        ("alembic.ini", ".", "m"),
    ]


def test_environments_of_tests_and_samples_only_when_there_is_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, {"tests/alembic.ini": ini("m"), "tests/m/env.py": "", "docs/alembic.ini": ini("nowhere")})
    assert found(tmp_path) == [("docs/alembic.ini", "docs", None)]

    (tmp_path / "docs/alembic.ini").unlink()
    assert found(tmp_path) == [("tests/alembic.ini", "tests", "tests/m")]

    write(tmp_path, {"alembic.ini": ini("m"), "m/env.py": ""})
    assert found(tmp_path) == [("alembic.ini", ".", "m")]
    assert found(tmp_path, "tests/alembic.ini") == [("tests/alembic.ini", "tests", "tests/m")]


@pytest.mark.parametrize("value", ["db/alembic.ini", "./db/alembic.ini", "/srv/checkout/db/alembic.ini", "db"])
def test_a_file_can_be_named_in_several_ways(tmp_path: Path, value: str) -> None:
    write(tmp_path, {"db/alembic.ini": ini("m"), "db/m/env.py": ""})

    [config] = discover(tmp_path, (value,))

    assert (config.path, config.named) == ("db/alembic.ini", True)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("other.ini", "--config other.ini: there is no such file in the repository"),
        ("../outside.ini", "--config ../outside.ini: there is no such file in the repository"),
        ("tox.ini", "--config tox.ini: tox.ini names no script_location"),
    ],
)
def test_a_named_file_that_is_none_lists_those_that_are(tmp_path: Path, value: str, message: str) -> None:
    root = tmp_path / "root"
    write(root, {"a/alembic.ini": ini("m"), "a/m/env.py": "", "b/alembic.ini": ini("m"), "tox.ini": "[tox]"})
    write(tmp_path, {"outside.ini": ini("m")})

    with pytest.raises(UsageError) as caught:
        discover(root, (value,))

    assert caught.value.message == message
    assert caught.value.advice == "Found in the repository: a/alembic.ini, b/alembic.ini."


ENV = "from alembic import context\ncontext.run_migrations()\n"
SCRIPTS = {"db/m/env.py": ENV, "db/m/script.py.mako": ""}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"alembic.ini.example": ini("db/m"), ".gitignore": "alembic.ini"},
            ("alembic.ini.example", "ini", ".", "db/m", False),
            id="an example",
        ),
        pytest.param(
            {"conf/migrate.conf": ini("%(here)s/../db/m")},
            ("conf/migrate.conf", "ini", "conf", "db/m", False),
            id="another ending",
        ),
        pytest.param(
            {"deploy/alembic.ini": ini("{{ scripts }}")},
            ("deploy/alembic.ini", "ini", "deploy", "db/m", True),
            id="a template",
        ),
        pytest.param({"run.py": "Config()"}, ("db/m/env.py", "scripts", "db", "db/m", True), id="configured in code"),
    ],
)
def test_what_no_usual_file_configures(
    tmp_path: Path, files: dict[str, str], expected: tuple[str, str, str, str, bool]
) -> None:
    [config] = usual(discover(write(tmp_path, {**SCRIPTS, **files})))
    assert (config.path, config.kind, config.cwd, config.script_dir, config.found) == expected


def test_a_file_for_use_is_taken_before_its_example(tmp_path: Path) -> None:
    write(tmp_path, {**SCRIPTS, "alembic.ini": ini("db/m"), "alembic.ini.sample": ini("db/m")})
    assert found(tmp_path) == [("alembic.ini", ".", "db/m")]


def test_a_folder_of_scripts_can_be_named(tmp_path: Path) -> None:
    write(tmp_path, {**SCRIPTS, "alembic.ini": ini("elsewhere"), "elsewhere/env.py": ENV})
    assert found(tmp_path, "db/m") == [("db/m/env.py", "db", "db/m")]


def test_of_two_folders_a_template_means_neither(tmp_path: Path) -> None:
    write(tmp_path, {**SCRIPTS, "other/env.py": ENV, "other/versions/a.py": "", "alembic.ini": ini("{dir}")})
    assert found(tmp_path) == [("alembic.ini", ".", None)]


def test_sections_inherit_from_the_default_one(tmp_path: Path) -> None:
    text = (
        "[DEFAULT]\nscript_location = m\n[shop]\nversion_locations = m/shop\n[billing]\nversion_locations = m/billing\n"
        "[loggers]\nkeys = root\n[logger_root]\nlevel = INFO\n"
    )
    write(tmp_path, {"alembic.ini": text, "m/env.py": ENV, "m/shop/a.py": "", "m/billing/a.py": ""})
    assert [config.section for config in usual(discover(tmp_path))] == ["billing", "shop"]


def test_the_databases_of_one_environment_are_no_environments(tmp_path: Path) -> None:
    two = "[one]\nsqlalchemy.url = a\n[two]\nsqlalchemy.url = b\n"
    text = "[DEFAULT]\nscript_location = m\n[alembic]\ndatabases = one, two\n" + two
    write(tmp_path, {"alembic.ini": text, "m/env.py": ENV})
    assert [config.section for config in discover(tmp_path)] == ["alembic"]


def test_a_word_in_a_comment_makes_no_flask_application(tmp_path: Path) -> None:
    write(tmp_path, {"m/alembic.ini": ini("%(here)s"), "m/env.py": "# was current_app once\n" + ENV})
    assert [config.kind for config in discover(tmp_path)] == ["ini"]


def test_what_head_names_is_looked_for_on_base_as_well(tmp_path: Path) -> None:
    write(tmp_path, {**SCRIPTS, "alembic.ini": ini("db/m"), "deploy/alembic.txt": ini("%(here)s/../db/m")})
    assert [c.path for c in known(tmp_path, ("deploy/alembic.txt",))] == ["alembic.ini", "deploy/alembic.txt"]
    assert [c.path for c in known(tmp_path, ("deploy/none.txt",))] == ["alembic.ini"]


def test_links_out_of_the_checkout_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"alembic.ini": ini("m"), "m/env.py": "from flask import current_app"})
    root = write(tmp_path / "root", {"own/alembic.ini": ini("scripts"), "own/b.ini": ini("%(here)s/../../outside/m")})
    (root / "alembic.ini").symlink_to(outside / "alembic.ini")
    (root / "linked").symlink_to(outside)
    (root / "own" / "scripts").symlink_to(outside / "m")
    (root / "own" / "env.py").symlink_to(outside / "m" / "env.py")

    assert [(config.path, config.kind, config.script_dir) for config in discover(root)] == [
        ("own/alembic.ini", "ini", None),
        ("own/b.ini", "ini", None),
    ]
    with pytest.raises(UsageError):
        discover(root, ("alembic.ini",))
