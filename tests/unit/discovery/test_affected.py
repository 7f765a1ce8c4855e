import sys
from pathlib import Path

import pytest

from bot.discovery.affected import Plan, plan
from bot.discovery.changed_file import ChangedFile
from bot.discovery.environments import discover
from bot.errors import UsageError
from tests.support.folders import ini, write

_APP = {
    "pyproject.toml": "",
    "alembic.ini": ini("migrations"),
    "migrations/env.py": "from app.db import Base\n",
    "app/__init__.py": "",
    "app/db.py": "from .tables_of import users\nimport app.wide as wide\n",
    "app/tables_of/__init__.py": "",
    "app/tables_of/users.py": "",
    "app/wide.py": "",
    "app/views.py": "",
    "app/other/legacy.py": "class Old(Base):\n    __tablename__ = 'old'\n",
    "tests/test_app.py": "Column()",
    "sql/view.sql": "",
}


def planned(root: Path, *changed: ChangedFile | str, models: tuple[str, ...] = ()) -> Plan:
    files = [ChangedFile(item, "M") if isinstance(item, str) else item for item in changed]
    configs = discover(root)
    return plan(files, configs, configs, root, models)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("alembic.ini", "alembic.ini belongs to the migrations"),
        ("migrations/env.py", "migrations/env.py belongs to the migrations"),
        ("migrations/versions/1.py", "migrations/versions/1.py belongs to the migrations"),
        ("app/db.py", "app/db.py is imported by migrations/env.py"),
        ("app/tables_of/users.py", "app/tables_of/users.py is imported by migrations/env.py"),
        ("app/tables_of/__init__.py", "app/tables_of/__init__.py is imported by migrations/env.py"),
        ("app/wide.py", "app/wide.py is imported by migrations/env.py"),
        ("app/other/legacy.py", "app/other/legacy.py declares tables"),
        ("app/models/new.py", "app/models/new.py is called like models"),
        ("uv.lock", "uv.lock decides which libraries are used"),
        ("requirements/base.txt", "requirements/base.txt decides which libraries are used"),
        ("sql/view.sql", "sql/view.sql may be run by a migration"),
        ("app/labels.json", "app/labels.json may be read by the models"),
        ("app/testing/models.py", "app/testing/models.py is called like models"),
    ],
)
def test_changes_that_can_touch_the_schema(tmp_path: Path, path: str, reason: str) -> None:
    result = planned(write(tmp_path, _APP), "README.md", path)

    assert [(item.head.path, item.base and item.base.path, item.reason) for item in result.configs] == [
        ("alembic.ini", "alembic.ini", reason)
    ]


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "docs/x.rst",
        ".github/workflows/ci.yml",
        "tests/test_app.py",
        "app/views.py",
        "web/app.js",
    ],
)
def test_changes_that_cannot(tmp_path: Path, path: str) -> None:
    result = planned(write(tmp_path, _APP), path)

    assert result == Plan(
        (), f"nothing to do: no sign that the changed file {path} can change the schema of alembic.ini"
    )


def test_code_that_is_gone_may_have_had_tables(tmp_path: Path) -> None:
    root = write(tmp_path, _APP)

    deleted = planned(root, ChangedFile("app/gone.py", "D"))
    renamed = planned(root, ChangedFile("app/views.py", "R", "app/before.py"))

    assert deleted.configs[0].reason == "app/gone.py is gone and may have had models"
    assert renamed.configs[0].reason == "app/before.py is gone and may have had models"


@pytest.mark.parametrize(
    "env",
    [
        pytest.param("import importlib\nimportlib.import_module('app.db')", id="imports by name"),
        pytest.param("from app import (", id="cannot be parsed"),
        pytest.param("from advanced_alchemy.base import metadata_registry", id="of an application that is not named"),
    ],
)
def test_in_doubt_it_looks(tmp_path: Path, env: str) -> None:
    root = write(tmp_path, {**_APP, "migrations/env.py": env})

    assert planned(root, "app/views.py").configs[0].reason == "app/views.py may be imported by the models"
    assert not planned(root, "tests/test_app.py").configs


def test_calls_named_exec_are_no_doubt(tmp_path: Path) -> None:
    root = write(tmp_path, {**_APP, "app/db.py": "def get(session):\n    return session.exec(1)\n"})

    assert not planned(root, "app/views.py").configs


def test_models_that_the_user_names_are_the_only_ones(tmp_path: Path) -> None:
    root = write(tmp_path, _APP)

    for pattern in ("app/views.py", "app", "./app/", "app/*.py"):
        assert planned(root, "app/views.py", models=(pattern,)).configs[0].reason.endswith("is one of the models")
    assert not planned(root, "app/db.py", models=("app/views.py",)).configs
    assert planned(root, "migrations/versions/1.py", models=("app/views.py",)).configs


_MONOREPO = {
    "pyproject.toml": "",
    "shared/__init__.py": "",
    "shared/types.py": "",
    **{
        f"services/{name}/{file}": text
        for name in ("a", "b")
        for file, text in {
            "alembic.ini": ini("alembic"),
            "alembic/env.py": "from app.models import Base",
            "app/models.py": "import shared.types" if name == "a" else "",
        }.items()
    },
}


@pytest.mark.parametrize(
    ("path", "touched"),
    [
        ("services/a/app/models.py", ["services/a/alembic.ini"]),
        ("services/b/alembic/versions/1.py", ["services/b/alembic.ini"]),
        ("shared/types.py", ["services/a/alembic.ini"]),
        ("services/b/requirements.txt", ["services/b/alembic.ini"]),
        ("pyproject.toml", ["services/a/alembic.ini", "services/b/alembic.ini"]),
        ("services/c/app/main.py", []),
    ],
)
def test_in_a_monorepo_only_what_is_touched(tmp_path: Path, path: str, touched: list[str]) -> None:
    result = planned(write(tmp_path, _MONOREPO), path)

    assert [item.head.path for item in result.configs] == touched


def test_a_new_environment_has_no_counterpart(tmp_path: Path) -> None:
    configs = discover(write(tmp_path, _APP))

    [item] = plan([ChangedFile("README.md", "A")], [], configs, tmp_path).configs

    assert (item.base, item.reason) == (None, "alembic.ini is new")


@pytest.mark.parametrize(
    ("old", "changed"),
    [
        pytest.param(
            {"old.ini": ini("scripts"), "scripts/env.py": ""},
            [ChangedFile("alembic.ini", "R", "old.ini"), ChangedFile("migrations/env.py", "A")],
            id="file renamed",
        ),
        pytest.param(
            {"db/alembic.ini": ini("migrations"), "migrations/env.py": ""},
            [ChangedFile("alembic.ini", "A"), ChangedFile("db/alembic.ini", "D")],
            id="same scripts",
        ),
        pytest.param(
            {"db/setup.cfg": ini("scripts"), "db/scripts/env.py": ""},
            [ChangedFile("alembic.ini", "A"), ChangedFile("migrations/env.py", "R", "db/scripts/env.py")],
            id="scripts moved",
        ),
    ],
)
def test_an_environment_that_moved_is_the_same(tmp_path: Path, old: dict[str, str], changed: list[ChangedFile]) -> None:
    base = discover(write(tmp_path / "base", old))
    head = discover(write(tmp_path / "head", _APP))

    [item] = plan(changed, base, head, tmp_path / "head").configs

    assert item.base == base[0]


def test_a_deployment_file_that_was_named_has_its_own_counterpart(tmp_path: Path) -> None:
    root = write(tmp_path, {**_APP, "production.ini": ini("migrations")})

    [item] = plan([ChangedFile("app/db.py", "M")], discover(root), discover(root, ("production.ini",)), root).configs

    assert item.base is not None
    assert (item.head.path, item.base.path) == ("production.ini", "production.ini")


@pytest.mark.parametrize(
    ("migration", "touched"),
    [
        ("from app.labels import ROLES", True),
        ("def upgrade():\n    from app import labels", True),
        ("from app.roles import ROLES", True),
        ("from alembic import op\nimport sqlalchemy as sa", False),
    ],
)
def test_what_an_old_migration_imports_is_run_by_every_new_installation(
    tmp_path: Path, migration: str, touched: bool
) -> None:
    modules = {"app/labels.py": "ROLES = ['user']", "app/roles.py": "from .labels import ROLES"}
    root = write(tmp_path, {**_APP, **modules, "migrations/versions/1.py": migration})

    assert bool(planned(root, "app/labels.py").configs) is touched


def test_nothing_changed_or_nothing_left(tmp_path: Path) -> None:
    configs = discover(write(tmp_path, _APP))

    assert planned(tmp_path).reason == "nothing to do: base and head do not differ"
    gone = plan([ChangedFile("alembic.ini", "D")], configs, [], tmp_path)
    assert gone.reason == "the change removes alembic.ini"
    assert gone.removed == tuple(configs)


_ENV = {"migrations/env.py": "context.run_migrations()", "migrations/script.py.mako": ""}
_INI = {"alembic.ini": ini("migrations")}


@pytest.mark.parametrize(
    ("old", "new", "removed"),
    [
        pytest.param(_INI, {}, ["alembic.ini"], id="the file"),
        pytest.param(_INI, {"alembic.ini": "[alembic]\n"}, ["alembic.ini"], id="what leads to the scripts"),
        pytest.param(
            {"pyproject.toml": '[tool.alembic]\nscript_location = "migrations"\n'},
            {"pyproject.toml": "[project]\n"},
            ["pyproject.toml"],
            id="the table",
        ),
        pytest.param(_INI, {"setup.cfg": ini("migrations")}, [], id="another file leads there"),
        pytest.param(_INI, {"alembic.ini.example": ini("migrations")}, [], id="an example leads there"),
        pytest.param({}, {}, [], id="code leads there on both sides"),
    ],
)
def test_scripts_that_nothing_leads_to_any_more_are_a_removed_environment(
    tmp_path: Path, old: dict[str, str], new: dict[str, str], removed: list[str]
) -> None:
    """The scripts alone are found as well, which does not make Alembic find them."""
    base = discover(write(tmp_path / "base", {**_ENV, **old}))
    head = discover(write(tmp_path / "head", {**_ENV, **new}))
    changed = [ChangedFile(path, "D" if path not in new else "M") for path in old]
    assert [config.path for config in plan(changed, base, head, tmp_path / "head").removed] == removed


def test_a_repository_without_alembic(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        plan([ChangedFile("a.py", "A")], [], [], tmp_path)

    assert caught.value.kind == "no-environment"
    assert "--config" in caught.value.advice


def test_a_page_counts_only_where_the_code_names_it(tmp_path: Path) -> None:
    write(tmp_path, _APP)
    assert not planned(tmp_path, "docs/kinds.md", "README.md").configs
    write(tmp_path, {"app/wide.py": "KINDS = open('docs/kinds.md').read().split()\n"})
    assert [item.reason for item in planned(tmp_path, "docs/kinds.md").configs] == [
        "docs/kinds.md is named in app/wide.py"
    ]


_opened: list[str] = []
_counting: list[bool] = []


def _count(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _counting:
        _opened.append(str(arguments[0]))


sys.addaudithook(_count)


def _opened_by_plan_of(root: Path, many: int) -> int:
    files = {"alembic.ini": ini("migrations"), "migrations/env.py": "from models import Base\n", "models.py": ""}
    write(root, {f"services/s{number}/{name}": text for number in range(many) for name, text in files.items()})
    configs = discover(root)
    _opened.clear()
    _counting.append(True)
    result = plan([ChangedFile("services/s1/models.py", "M")], configs, configs, root)
    _counting.clear()
    assert [item.head.path for item in result.configs] == ["services/s1/alembic.ini"]
    return len(_opened)


def test_files_that_are_opened_grow_with_the_environments_and_not_with_their_square(tmp_path: Path) -> None:
    few, many = (_opened_by_plan_of(tmp_path / str(count), count) for count in (5, 50))
    assert few > 0
    assert many < 20 * few  # ten times as many environments


_TWO = {
    "alembic.ini": "[core]\nscript_location = core\n[stats]\nscript_location = stats\n",
    "core/env.py": "from models.core import Base\n",
    "stats/env.py": "from models.stats import Base\nimport models.shared\n",
    "models/__init__.py": "",
    "models/core.py": "import models.shared\n",
    "models/shared.py": "",
    "models/stats.py": "",
    "models/new.py": "",
}


@pytest.mark.parametrize("sections", [(), ("core",)])
def test_models_that_are_another_environments(tmp_path: Path, sections: tuple[str, ...]) -> None:
    root = write(tmp_path, _TWO)
    files = [ChangedFile(f"models/{name}.py", "M") for name in ("core", "new", "shared", "stats")]
    every = discover(root)
    result = plan(files, every, discover(root, (), sections), root, (), every)
    core = next(item for item in result.configs if item.head.section == "core")
    assert core.candidates == ("models/core.py", "models/new.py", "models/shared.py")
    assert core.common.files == {"models/shared.py": _TWO["stats/env.py"]}
