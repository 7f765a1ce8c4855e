"""Which files tell what a project needs, and what they say."""

import json
from pathlib import Path

import pytest

from bot.errors import ProjectError
from bot.project.environment import dependencies, groups, requirements


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


PYPROJECT = '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.10"\n'


@pytest.mark.parametrize(
    ("files", "kind", "python"),
    [
        ({"uv.lock": "", "pyproject.toml": PYPROJECT}, "uv.lock", ">=3.10"),
        (
            {"poetry.lock": "", "pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.9"\n'},
            "poetry.lock",
            "<4,>=3.9",
        ),
        ({"pdm.lock": "", "pyproject.toml": PYPROJECT}, "pdm.lock", ">=3.10"),
        ({"Pipfile.lock": "{}", "Pipfile": '[requires]\npython_version = "3.8"\n'}, "Pipfile.lock", "==3.8.*"),
        ({"Pipfile": "[packages]\n"}, "Pipfile", ""),
        ({"requirements.txt": "", ".python-version": "3.11.4\n"}, "requirements", "==3.11.*"),
        ({"requirements/prod.txt": "", "requirements/dev.txt": ""}, "requirements", ""),
        ({"pyproject.toml": PYPROJECT}, "pyproject", ">=3.10"),
        ({"setup.py": "setup(name='x', python_requires='>=3.7')"}, "setup", ">=3.7"),
        ({"setup.cfg": "[metadata]\nname = x\n[options]\npython_requires = >=3.8\n"}, "setup", ">=3.8"),
        ({"setup.cfg": "[flake8]\nmax-line-length = 100\n"}, "none", ""),
        ({"pyproject.toml": "[tool.black]\nline-length = 100\n"}, "none", ""),
        ({}, "none", ""),
    ],
)
def test_the_file_that_counts(tmp_path: Path, files: dict[str, str], kind: str, python: str) -> None:
    found = dependencies.find(write(tmp_path, files), tmp_path)
    assert (found.kind, found.python) == (kind, python)


def test_the_nearest_folder_upwards_counts(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "", "services/api/pyproject.toml": PYPROJECT, "services/api/db/x.py": ""})
    assert dependencies.find(tmp_path / "services/api/db", tmp_path).folder == tmp_path / "services/api"
    assert dependencies.find(tmp_path / "services", tmp_path).folder == tmp_path


WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*", "apps/**"]\nexclude = ["packages/old"]\n'


@pytest.mark.parametrize(
    ("member", "kind"),
    [
        ("packages/db", "uv.lock"),
        ("apps/shop/api", "uv.lock"),
        ("packages/old", "pyproject"),
        ("packages/db/inner", "pyproject"),
        ("tools", "pyproject"),
    ],
)
def test_a_member_of_a_workspace_has_the_lock_above_it(tmp_path: Path, member: str, kind: str) -> None:
    """Its own declaration was installed, with versions of today and without what other members bring."""
    files = {"uv.lock": "", "pyproject.toml": WORKSPACE, f"{member}/pyproject.toml": PYPROJECT}
    found = dependencies.find(write(tmp_path, files) / member, tmp_path)
    assert (found.kind, found.python) == (kind, ">=3.10")
    assert found.member == (tmp_path / member if kind == "uv.lock" else None)
    assert tmp_path / member / "pyproject.toml" in found.files
    (tmp_path / "uv.lock").unlink()
    assert dependencies.find(tmp_path / member, tmp_path).kind == "pyproject"


@pytest.mark.parametrize("members", ["3", '"packages/*"', "[3]"])
def test_a_workspace_that_is_none(tmp_path: Path, members: str) -> None:
    workspace = f"[tool.uv.workspace]\nmembers = {members}\n"
    write(tmp_path, {"uv.lock": "", "pyproject.toml": workspace, "packages/db/pyproject.toml": PYPROJECT})
    assert dependencies.find(tmp_path / "packages/db", tmp_path).kind == "pyproject"


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["requirements.pip", "dev-requirements.pip", "requirements.in", "setup.py"], ["requirements.pip", "setup.py"]),
        (["requirements.in", "dev-requirements.in"], ["requirements.in"]),
        (["prod-requirements.txt", "dev-requirements.txt", "test_requirements.txt"], ["prod-requirements.txt"]),
        (["requirements/base.in", "requirements/dev.in"], ["base.in"]),
        (["requirements/production.pip", "requirements/local.pip"], ["production.pip"]),
    ],
)
def test_other_names_of_requirement_files(tmp_path: Path, names: list[str], taken: list[str]) -> None:
    """A `requirements.pip` was not seen, and the loose list of setup.py was taken."""
    write(tmp_path, {name: "import setuptools\n" if name == "setup.py" else "alembic\n" for name in names})
    found = dependencies.find(tmp_path, tmp_path)
    assert found.kind == "requirements"
    assert [path.name for path in found.files] == taken


@pytest.mark.parametrize("text", ["from alembic import command\n\ndef setup():\n    ...\n\nsetup()\n", ""])
def test_a_module_called_setup_is_no_package(tmp_path: Path, text: str) -> None:
    """An application's `database/setup.py` that creates its tables was built as if it were a package."""
    write(tmp_path, {"app/database/setup.py": text, "poetry.lock": "", "pyproject.toml": "[tool.poetry]\n"})
    assert dependencies.find(tmp_path / "app/database", tmp_path).kind == "poetry.lock"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_list_that_powershell_has_written(tmp_path: Path, encoding: str) -> None:
    """`pip freeze > requirements.txt` is UTF-16 with a byte order mark there, and pip reads it."""
    mark = "\ufeff" if encoding.endswith(("le", "be")) else ""
    (tmp_path / "requirements.txt").write_bytes(f"{mark}alembic==1.13.0\r\nflask==3.0\r\n".encode(encoding))
    found = requirements.read(dependencies.find(tmp_path, tmp_path))
    assert found.lines == ("alembic==1.13.0", "flask==3.0")


def test_only_what_runs_the_project_is_taken(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "a", "requirements-dev.txt": "b", "requirements-docs.txt": "c"})
    assert [path.name for path in dependencies.find(tmp_path, tmp_path).files] == ["requirements.txt"]


def test_requirement_files_are_followed_and_local_folders_left_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "requirements.txt": "-r base.txt\n-e ./lib\nsqlalchemy==2.0.1  # why\n-c constraints.txt\nx @ file:../y\n"
            "shop[api,jobs] @ file:///home/somebody/shop\n-e git://github.com/a/b.git@v1#egg=b\n",
            "base.txt": "alembic==1.13.0 \\\n    --hash=sha256:abc\n\n# only words\n",
            "lib/setup.py": "",
        },
    )
    read = requirements.read(dependencies.find(tmp_path, tmp_path))
    assert read.lines == ("alembic==1.13.0", "sqlalchemy==2.0.1", "git+https://github.com/a/b.git@v1#egg=b")
    assert tmp_path / "lib" in read.local


def test_the_usual_index_is_not_named_again(tmp_path: Path) -> None:
    lines = [
        "-i https://pypi.python.org/simple",
        "--index-url=https://pypi.org/simple/",
        "-i https://own.example/simple",
    ]
    write(tmp_path, {"requirements.txt": "\n".join([*lines, "a==1"])})
    read = requirements.read(dependencies.find(tmp_path, tmp_path))
    assert read.lines == ("-i https://own.example/simple", "a==1")


def test_markers_of_one_patch_release_are_true_for_its_minor_version(tmp_path: Path) -> None:
    """A lock for Python 3.12.13 alone installed nothing with 3.12.1."""
    write(tmp_path, {"poetry.lock": ""})
    found = dependencies.find(tmp_path, tmp_path)
    lines = ['a==1 ; python_full_version == "3.12.13"', "b==1 ; python_version == '3.12.13' and x == 'y'"]
    read = requirements.of_lines(found, [*lines, 'c==1 ; python_full_version < "3.12.13"'], "3.12")
    assert read.lines == (
        "a==1 ; python_version == '3.12'",
        "b==1 ; python_version == '3.12' and x == 'y'",
        'c==1 ; python_full_version < "3.12.13"',
    )
    assert requirements.of_lines(found, lines, "3.13").lines == tuple(lines)


def test_poetry_and_pdm_locks(tmp_path: Path) -> None:
    lock = """
[[package]]
name = "alembic"
version = "1.13.0"
groups = ["main"]
[[package]]
name = "pytest"
version = "8.0"
groups = ["dev"]
[[package]]
name = "tool"
version = "1"
category = "main"
[package.source]
type = "git"
url = "https://example.org/tool.git"
resolved_reference = "abc123"
"""
    for name in ("poetry.lock", "pdm.lock"):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        write(folder, {name: lock})
        read = requirements.read(dependencies.find(folder, folder))
        assert read.lines == ("alembic==1.13.0", "tool @ git+https://example.org/tool.git@abc123")
        assert read.exact


def test_pipfile_lock(tmp_path: Path) -> None:
    content = {
        "default": {"alembic": {"version": "==1.13.0", "markers": "python_version >= '3.8'"}},
        "develop": {"x": {}},
    }
    write(tmp_path, {"Pipfile.lock": json.dumps(content)})
    read = requirements.read(dependencies.find(tmp_path, tmp_path))
    assert read.lines == ("alembic==1.13.0 ; python_version >= '3.8'",)


def test_groups_beside_the_usual_ones(tmp_path: Path) -> None:
    """Alembic may be in one of them; a driver may be an extra, which `pdm.lock` has as a group."""
    declared = """
    [dependency-groups]
    db = ["alembic>=1", { include-group = "lint" }]
    lint = ["ruff"]
    [tool.pdm.dev-dependencies]
    web = ["Flask-Migrate"]
    [tool.poetry.group.bot.dependencies]
    alembic = "^1.13"
    [tool.poetry.dev-dependencies]
    flask_migrate = "*"
    """
    lock = '[metadata]\ngroups = ["default", "db", "postgresql", 3]\n'
    found = dependencies.find(write(tmp_path, {"pyproject.toml": declared, "pdm.lock": lock}), tmp_path)
    assert groups.with_alembic(found) == ["db", "web", "bot", "dev"]
    assert groups.optional(found) == ["postgresql"]


@pytest.mark.parametrize(
    "text", ["x = [", "tool = 3", "[tool.poetry]\ngroup = 3", "dependency-groups = []", "[metadata]"]
)
def test_files_that_name_no_groups(tmp_path: Path, text: str) -> None:
    found = dependencies.find(write(tmp_path, {"pyproject.toml": text, "pdm.lock": text}), tmp_path)
    assert (groups.with_alembic(found), groups.optional(found)) == ([], [])


def test_a_lock_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"poetry.lock": "this is no TOML"})
    with pytest.raises(ProjectError, match=r"poetry\.lock cannot be read"):
        requirements.read(dependencies.find(tmp_path, tmp_path))


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"pyproject.toml": PYPROJECT}, ("shop", "1.0")),
        ({"setup.cfg": "[metadata]\nname = shop\nversion = attr: shop.__version__\n"}, ("shop", "0.0.0")),
        ({"setup.py": 'setup(\n    name="shop",\n)'}, ("shop", "0.0.0")),
        ({}, None),
    ],
)
def test_the_projects_own_name(tmp_path: Path, files: dict[str, str], name: tuple[str, str] | None) -> None:
    assert dependencies.project_name(write(tmp_path, files), tmp_path) == name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", "FROM python:3.9-slim AS build\n"),
        ("docker/Dockerfile.dev", "from registry.example.org/python:3.9\n"),
        ("jobs/reminder/Dockerfile", "#FROM python:3.8\nFROM python:3.9.5-buster\n"),
        (".github/workflows/test.yml", "        with:\n          python-version: '3.9'\n"),
        (".github/workflows/test.yml", "        python-version: [3.9, '3.10']\n"),
    ],
)
def test_the_python_with_which_a_project_is_used_to_run(tmp_path: Path, name: str, text: str) -> None:
    """A project of Python 3.9 that says so in its image alone was given 3.11."""
    (tmp_path / "requirements.txt").write_text("alembic\n")
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    found = dependencies.find(tmp_path, tmp_path)
    assert (found.python, found.usual_python) == ("", "==3.9.*")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"lint-requirements.txt": "black", "server/requirements.txt": "alembic>=1.9"}, ["server/requirements.txt"]),
        (
            {"lint-requirements.txt": "black", "setup.py": "setup(name='a')", "server/requirements.txt": "alembic"},
            ["server/requirements.txt"],
        ),
        ({"server/requirements.txt": "Flask-Migrate==4"}, ["server/requirements.txt"]),  # nothing beside alembic.ini
        ({"services/api/pyproject.toml": PYPROJECT + 'dependencies = ["alembic"]'}, ["services/api/pyproject.toml"]),
        ({"lint-requirements.txt": "black", "server/requirements.txt": "flask"}, ["lint-requirements.txt"]),
        ({"dev-requirements.txt": "alembic", "server/requirements.txt": "alembic"}, ["dev-requirements.txt"]),
        ({"requirements.txt": "sqlalchemy", "server/requirements.txt": "alembic"}, ["requirements.txt"]),
    ],
)
def test_lists_for_something_else_do_not_hide_the_one_with_alembic(
    tmp_path: Path, files: dict[str, str], expected: list[str]
) -> None:
    """A list for linters beside the configuration was installed, and the models could not be imported."""
    root = write(tmp_path, {"lib/db/alembic.ini": "", **files})
    found = dependencies.find(root / "lib/db", root)
    assert [path.relative_to(root).as_posix() for path in found.files] == expected
