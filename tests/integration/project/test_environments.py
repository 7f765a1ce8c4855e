"""Environments made by uv from the package index, and what is said when they cannot be."""

import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import uv

from bot import settings
from bot.discovery import environments as configurations
from bot.errors import BotError, ProjectError, ReportedUsageError, ToolError
from bot.project.environment import dependencies, environments
from bot.project.environment.cache import Environment, is_whole
from bot.project.environment.environments import EnvironmentRequest
from bot.project.environment.interpreters import Interpreters
from bot.system import accounts, run
from tests.support.folders import ini, write
from tests.support.process import MACHINE
from tests.support.troubleshooting import appears

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def project(bot_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the installing account can read."""
    folder = bot_cache / tmp_path_factory.mktemp("x").name
    folder.mkdir(mode=0o755)
    return folder


def tool_env() -> dict[str, str]:
    """What an installer gets of the environment: proxies, certificates, the place of the index.

    Nothing is compiled beforehand: that takes longer than all the rest, and these packages are hardly used.
    """
    return {**settings.from_options({}, MACHINE).tool_env, "UV_COMPILE_BYTECODE": "0"}


def prepare(project: Path, cache: Path, *, python: str = HERE, install: str = "") -> Environment:
    request = EnvironmentRequest(project, project, python, install, None, tool_env())
    return environments.prepare(request, cache_dir=cache, accounts=accounts(), log=lambda _text: None)


def test_requirements_with_alembic_and_a_driver_added(project: Path, bot_cache: Path) -> None:
    """Files of the same content share one; what workers import is compiled when it is made, and nothing else."""
    for side in ("base", "head"):
        write(project / side, {"requirements.txt": "sqlalchemy==2.0.40\nblinker\nclick\nflask\n"})
    write(project / "base", {"alembic.ini": ini("migrations"), "migrations/env.py": "import models"})
    write(project / "base", {"models.py": "def late():\n    from flask import json"})
    env = {name: value for name, value in tool_env().items() if name != "UV_COMPILE_BYTECODE"}
    (config,) = configurations.discover(project / "base")
    request = EnvironmentRequest(project / "base", project / "base", HERE, "", None, env, config=config)
    made = environments.prepare(request, cache_dir=bot_cache, accounts=accounts(), log=lambda _text: None)
    assert set(made.added) == {"alembic", "psycopg2-binary"}
    (packages,) = made.python.parent.parent.glob("lib/python3.*/site-packages")
    compiled = {path.relative_to(packages).as_posix().partition(".cpython")[0] for path in packages.rglob("*.pyc")}
    named = {f"{name}/__pycache__/__init__" for name in ("alembic", "sqlalchemy", "psycopg2", "mako")}
    followed = {"flask/json/__pycache__/provider", "werkzeug/__pycache__/http", "blinker/__pycache__/base"}
    assert compiled >= named | followed | {"sqlalchemy/dialects/postgresql/__pycache__/base"}
    assert not compiled & {"flask/__pycache__/__main__", "mako/testing/__pycache__/config"}
    done = run([made.python, "-c", "import alembic, psycopg2, sqlalchemy; print(sqlalchemy.__version__)"])
    assert done.stdout.strip() == "2.0.40"
    assert prepare(project / "base", bot_cache) == prepare(project / "head", bot_cache) == made


def test_one_that_has_lost_a_part_is_made_again(project: Path, bot_cache: Path) -> None:
    """Each later run failed as well, and the project was blamed."""
    write(project, {"requirements.txt": "sqlalchemy==2.0.40\n"})
    made = prepare(project, bot_cache)
    folder = made.python.parent.parent
    (package,) = folder.glob("lib/python3.*/site-packages/alembic")
    for lost in (made.python, package):
        assert is_whole(folder)
        aside = lost.rename(lost.with_name("aside"))
        assert not is_whole(folder)
        aside.rename(lost)
    run(["rm", "-rf", package])
    assert prepare(project, bot_cache) == made
    assert run([made.python, "-c", "import alembic"]).code == 0


def test_the_users_command_replaces_it_all(project: Path, bot_cache: Path) -> None:
    (project / "requirements.txt").write_text("no-such-package-at-all==9\n")
    made = prepare(project, bot_cache, install="uv pip install alembic==1.13.0 pg8000")
    assert made.source == "--install"
    assert made.added == ()
    assert run([made.python, "-c", "import alembic; print(alembic.__version__)"]).stdout.strip() == "1.13.0"


PROJECT_OF_UV = '[project]\nname = "shop"\nversion = "1"\n'


@pytest.mark.parametrize(
    ("files", "options", "said"),
    [
        ({"requirements.txt": "sqlalchemy==0.0.0.1\n"}, {}, "sqlalchemy"),
        ({"poetry.lock": "no TOML"}, {}, "poetry.lock cannot be read"),
        ({"uv.lock": "no TOML", "pyproject.toml": PROJECT_OF_UV}, {}, "uv.lock cannot be exported"),
        ({}, {"install": "exit 7"}, "exit code 7"),
        ({}, {"python": "2.7"}, "no Python 2.7"),
    ],
)
def test_what_cannot_be_is_one_clear_error(
    project: Path, bot_cache: Path, files: dict[str, str], options: dict[str, str], said: str
) -> None:
    for name, text in files.items():
        (project / name).write_text(text)
    with pytest.raises(BotError) as raised:
        prepare(project, bot_cache, **options)
    assert isinstance(raised.value, ProjectError | ToolError)
    if "python" in options and options["python"] == "2.7":
        appears("no Python … on this machine", raised.value.message)
    if "uv.lock" in files:
        appears("uv.lock cannot be exported", raised.value.message)
    if "requirements.txt" in files:
        appears("the dependencies in … cannot be installed", raised.value.message)
    assert said in f"{raised.value.message} {raised.value.log_tail}"
    assert raised.value.advice


def test_an_interpreter_that_is_not_there_is_wrong_usage(project: Path, bot_cache: Path) -> None:
    with pytest.raises(ReportedUsageError, match="--python /no/such/python: there is no interpreter"):
        prepare(project, bot_cache, python="/no/such/python")


def test_what_cannot_be_had_is_left_out_and_the_rest_is_there(project: Path, bot_cache: Path) -> None:
    """Gone from the index, out of reach, not to be built: each ended it, one after another.

    A package that had been pinned to a version since removed is there in another one.
    """
    links = project / "links"
    links.mkdir()
    _broken(links, "broken")
    _wheel(links, "bound", "py3-none-any")
    lines = ["sqlalchemy==2.0.40", "broken==1.0", "no-such-package-at-all==9", "far @ git+https://far.invalid/a/far@v1"]
    lines += [
        "git+https://far.invalid/a/near.git@v1#egg=near",
        "bound==0.9",
        "next @ git+https://far.invalid/a/bound@v1",
    ]
    (project / "requirements.txt").write_text("\n".join(lines))
    said: list[str] = []
    env = {**tool_env(), "UV_FIND_LINKS": str(links), "UV_EXCLUDE_NEWER": "2025-06-01T00:00:00Z"}
    request = EnvironmentRequest(project, project, HERE, "", None, env)
    made = environments.prepare(request, cache_dir=bot_cache, accounts=accounts(), log=said.append)
    assert set(made.left_out) == {"broken", "no-such-package-at-all", "far", "near", "next"}
    appears("could not be installed and was left out", "\n".join(made.notes))
    assert [note for note in made.notes if "another version" in note and note.startswith("bound ")]
    appears("was installed in another version", "".join(made.notes))
    seen = "import bound; from importlib.metadata import version; print(version('sqlalchemy'))"
    assert run([made.python, "-c", seen]).stdout.strip() == "2.0.40"
    assert len([line for line in said if "broken" in line and "going on without it" in line]) == 1


def test_a_python_that_has_wheels_is_taken_where_the_usual_one_has_none(project: Path, bot_cache: Path) -> None:
    """Pinned years ago, a package neither had a wheel for this Python nor could it be built."""
    pythons = Interpreters(accounts().worker, bot_cache, tool_env())
    here = pythons.find(">=3.9").path
    others = [minor for minor in pythons.minors(">=3.8") if pythons.find(f"=={minor}.*").path != here]
    if not others:
        pytest.skip("there is one Python on this machine")
    tag = f"cp{others[-1].replace('.', '')}"
    links = project / "links"
    links.mkdir()
    _wheel(links, "bound", f"{tag}-none-any")
    _broken(links, "bound")
    (project / "requirements.txt").write_text("bound==1.0\n")
    env = {**tool_env(), "UV_FIND_LINKS": str(links)}
    request = EnvironmentRequest(project, project, "auto", "", None, env)
    said: list[str] = []
    made = environments.prepare(request, cache_dir=bot_cache, accounts=accounts(), log=said.append)
    assert made.left_out == ()
    assert f"Python {others[-1]} was taken" in "".join(made.notes)
    appears("some packages can be installed with that one", "".join(made.notes))
    assert run([made.python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).stdout.strip() == others[-1]
    said.clear()
    assert environments.prepare(request, cache_dir=bot_cache, accounts=accounts(), log=said.append) == made
    assert said == []


def test_the_python_of_the_projects_image_is_kept_where_one_package_cannot_be_had(
    project: Path, bot_cache: Path
) -> None:
    """An older one was taken for the sake of one package, and could not read the project's own code."""
    pythons = Interpreters(accounts().worker, bot_cache, tool_env())
    here = pythons.find(">=3.9").path
    usual = next(minor for minor in pythons.minors(">=3.8") if pythons.find(f"=={minor}.*").path == here)
    older = [minor for minor in pythons.minors(">=3.8") if int(minor[2:]) < int(usual[2:])]
    if not older:
        pytest.skip("there is no older Python on this machine")
    links = project / "links"
    links.mkdir()
    _wheel(links, "bound", f"cp{older[0].replace('.', '')}-none-any")
    _broken(links, "bound")
    (project / "Dockerfile").write_text(f"FROM python:{usual}\n")
    (project / "requirements.txt").write_text("bound==1.0\n")
    request = EnvironmentRequest(project, project, "auto", "", None, {**tool_env(), "UV_FIND_LINKS": str(links)})
    made = environments.prepare(request, cache_dir=bot_cache, accounts=accounts(), log=lambda _text: None)
    assert run([made.python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).stdout.strip() == usual


BUILT = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'


def test_packages_of_the_same_repository_are_read_from_each_sides_own_checkout(project: Path, bot_cache: Path) -> None:
    """Both sides share the environment: base had head's models, and no change was seen."""
    where = {
        "models": ("workspace = true", "idna"),
        "views": ('path = "../views"', "sniffio"),
        "forms": ('path = "../forms", editable = true', "iniconfig"),
    }
    sources = "".join(f"shop-{name} = {{ {source} }}\n" for name, (source, _) in where.items())
    files = {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["api", "models"]\n',
        "api/pyproject.toml": '[project]\nname = "api"\nversion = "1"\n'
        f"dependencies = {json.dumps([f'shop-{name}' for name in where])}\n[tool.uv.sources]\n{sources}",
    }
    for name, (_, needs) in where.items():
        declared = f'[project]\nname = "shop-{name}"\nversion = "1"\ndependencies = ["{needs}"]\n{BUILT}'
        files |= {f"{name}/pyproject.toml": declared, f"{name}/src/shop_{name}/__init__.py": ""}
    write(project, files)
    request = EnvironmentRequest(project, project / "api", "auto", "", None, tool_env())
    made = environments.prepare(request, cache_dir=bot_cache, accounts=accounts(), log=lambda _text: None)
    assert (set(made.own), made.left_out) == (set(where), ())
    code = environments.code(made, request, project)
    for name, (_, needs) in where.items():
        assert run([made.python, "-c", f"import shop_{name}"], check=False).code != 0
        assert run([made.python, "-c", f"import {needs}"]).code == 0
        assert project / name / "src" in code


def test_so_is_one_that_a_list_of_requirements_names(project: Path, bot_cache: Path) -> None:
    declared = f'[project]\nname = "shop-models"\nversion = "1"\ndependencies = ["idna"]\n{BUILT}'
    files = {"models/pyproject.toml": declared, "models/src/shop_models/__init__.py": ""}
    write(project, {**files, "api/requirements.txt": "-e file:../models\n"})
    request = EnvironmentRequest(project, project / "api", "auto", "", None, tool_env())
    made = environments.prepare(request, cache_dir=bot_cache, accounts=accounts(), log=lambda _text: None)
    assert (made.own, made.left_out) == (("models",), ())
    assert run([made.python, "-c", "import shop_models"], check=False).code != 0
    assert run([made.python, "-c", "import idna"]).code == 0
    assert project / "models/src" in environments.code(made, request, project)


MEMBER = '[project]\nname = "shop-{}"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = {}\n'


@pytest.mark.parametrize("alembic_in", ["db", "jobs"])
def test_a_member_of_a_workspace_is_installed_with_its_lock(project: Path, bot_cache: Path, alembic_in: str) -> None:
    """The lock above was not seen: versions of today; a workspace without code of its own came without Alembic."""
    needs = {"db": ["idna==3.6"], "jobs": ["sniffio==1.3.0"]}
    needs[alembic_in].append("alembic==1.13.1")
    files = {f"{name}/pyproject.toml": MEMBER.format(name, json.dumps(lines)) for name, lines in needs.items()}
    root = '[tool.uv.workspace]\nmembers = ["db", "jobs"]\n'
    with_code = MEMBER.format("all", '["iniconfig==2.0.0"]') if alembic_in == "db" else ""
    write(project, {**files, "pyproject.toml": with_code + root})
    run([uv.find_uv_bin(), "lock", "--quiet"], cwd=project, env=tool_env())
    request = EnvironmentRequest(project, project / "db", "auto", "", None, tool_env())
    made = environments.prepare(request, cache_dir=bot_cache, accounts=accounts(), log=lambda _text: None)
    assert (made.source, made.added) == ("uv.lock", ("psycopg2-binary",))
    seen = "from importlib.metadata import version; print(version('alembic'), version('idna'))"
    assert run([made.python, "-c", seen]).stdout == "1.13.1 3.6\n"
    assert (run([made.python, "-c", "import iniconfig"], check=False).code == 0) == bool(with_code)
    # What another member needs comes along only where Alembic does.
    assert (run([made.python, "-c", "import sniffio"], check=False).code == 0) == (alembic_in == "jobs")


def test_what_imported_packages_of_the_repository_require_is_installed(project: Path, bot_cache: Path) -> None:
    """`services/api` did not list what the code in `packages/…` needs, which it imports from the checkout.

    One for each kind of file that lists it; what contradicts the project's own is not installed.
    """
    declared = '[project]\nname = "{}"\nversion = "1"\ndependencies = ["{}", "idna<3.7"]\n'
    files = {
        "api/requirements.txt": "alembic==1.13.1\nidna==3.6\n",
        "api/alembic.ini": "[alembic]\nscript_location = migrations\n",
        "api/migrations/env.py": "import clash, common, locked, shared\ncontext.run_migrations()\n",
        "packages/common/requirements.txt": "sniffio==1.3.0\nidna\n",
        "packages/shared/pyproject.toml": declared.format("shared", "iniconfig==2.0.0"),
        "packages/locked/pyproject.toml": declared.format("locked", "pluggy==1.5.0"),
        "packages/locked/uv.lock": "version = 1\n",
        "packages/clash/requirements.txt": "alembic==1.12.0\nh11==0.14.0\n",
        "packages/unused/pyproject.toml": declared.format("unused", "toolz"),
        **{f"packages/{name}/{name}.py": "" for name in ("common", "shared", "locked", "clash", "unused")},
    }
    write(project, files)
    (config,) = configurations.discover(project)
    request = EnvironmentRequest(project, project / "api", "auto", "", None, tool_env(), config=config)
    made = environments.prepare(request, cache_dir=bot_cache, accounts=accounts(), log=lambda _text: None)
    seen = "import sniffio, iniconfig, pluggy; from importlib.metadata import version; "
    seen += "print(version('idna'), version('alembic'))"
    assert run([made.python, "-c", seen]).stdout == "3.6 1.13.1\n"
    for missing in ("toolz", "h11"):
        assert run([made.python, "-c", f"import {missing}"], check=False).code != 0
    for name in ("common", "shared", "locked"):
        assert [note for note in made.notes if f"packages/{name} requires was installed as well" in note]
    appears("requires was installed as well", "".join(made.notes))
    assert [note for note in made.notes if "packages/clash requires was not installed" in note]
    appears("requires was not installed", "".join(made.notes))


def test_a_package_of_the_repository_wins_over_one_of_the_index(project: Path, bot_cache: Path) -> None:
    """`dependencies = ["sniffio"]` brought the published one, and the code beside it went on from there."""
    files = {
        "api/pyproject.toml": '[project]\nname = "api"\nversion = "1"\ndependencies = ["sniffio==1.3.0", "idna"]\n',
        "lib/sniffio/pyproject.toml": '[project]\nname = "Sniffio"\nversion = "2"\n',
        "lib/sniffio/sniffio/__init__.py": "",
        "lib/idna/pyproject.toml": '[project]\nname = "idna"\nversion = "2"\n',  # it has no code of that name
        "lib/idna/other.py": "",
    }
    write(project, files)
    request = EnvironmentRequest(project, project / "api", "auto", "", None, tool_env())
    made = environments.prepare(request, cache_dir=bot_cache, accounts=accounts(), log=lambda _text: None)
    assert made.own == ("lib/sniffio",)
    assert run([made.python, "-c", "import sniffio"], check=False).code != 0
    assert run([made.python, "-c", "import idna"]).code == 0
    assert project / "lib/sniffio" in environments.code(made, request, project)


def test_another_list_that_has_what_is_missing_is_installed_as_well(project: Path, bot_cache: Path) -> None:
    """The lock was left as it was while the image is made from a list of requirements."""
    files = {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["idna==3.6"]\n',
        "deploy/requirements.txt": "sniffio==1.3.0\niniconfig\n",
        "docs/requirements.txt": "idna==3.7\nzipp==3.19.0\n",
    }
    write(project, files)
    before = EnvironmentRequest(project, project, "auto", "", None, tool_env())
    lacking = environments.prepare(before, cache_dir=bot_cache, accounts=accounts(), log=lambda _text: None)
    request, said = replace(before, modules=("sniffio", "zipp")), list[str]()
    made = environments.prepare(request, cache_dir=bot_cache, accounts=accounts(), log=said.append)
    assert not any("installing the project's dependencies" in line for line in said)
    assert run([lacking.python, "-c", "import sniffio"], check=False).code != 0
    assert run([made.python.parent / "alembic", "--version"]).code == 0
    assert str(made.python) in (made.python.parent / "alembic").read_text()
    seen = "import sniffio, iniconfig, zipp, idna; print(idna.__version__)"
    assert run([made.python, "-c", seen]).stdout == "3.6\n"
    appears("was installed as well: an import did not find …", " ".join(made.notes))
    assert any(note.startswith("zipp==3.19.0 of docs/requirements.txt was") for note in made.notes)


@pytest.mark.parametrize(("name", "text"), [("Dockerfile", "FROM python:3.7\n"), (".python-version", "3.7\n")])
def test_the_next_python_stands_in_for_one_that_is_too_old(
    project: Path, bot_cache: Path, name: str, text: str
) -> None:
    """The newest one has no wheels for what was written years ago, and that of its day is not for the worker."""
    (project / name).write_text(text)
    (project / "requirements.txt").write_text("")
    pythons = Interpreters(accounts().worker, bot_cache, tool_env())
    request = EnvironmentRequest(project, project, "auto", "", None, tool_env())
    oldest = min(pythons.minors(">=3.8"), key=lambda minor: int(minor.split(".")[1]))
    chosen = environments._python(request, dependencies.find(project, project), pythons)
    assert chosen.note == f"Python {oldest} stands in for 3.7, which cannot be used here"
    appears("stands in for …, which cannot be used here", chosen.note)
    assert chosen.path == pythons.find(f"=={oldest}.*").path


def _wheel(folder: Path, name: str, tag: str) -> None:
    with zipfile.ZipFile(folder / f"{name}-1.0-{tag}.whl", "w") as wheel:
        info = f"{name}-1.0.dist-info"
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        wheel.writestr(f"{info}/RECORD", "")


def _broken(links: Path, name: str) -> None:
    """Sources that cannot be built, by a backend of their own: nothing is downloaded to find that out."""
    source = links.parent / f"{name}-1.0"
    source.mkdir()
    (source / "PKG-INFO").write_text(f"Metadata-Version: 2.2\nName: {name}\nVersion: 1.0\n")
    backend = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (source / "pyproject.toml").write_text(f'{backend}[project]\nname = "{name}"\nversion = "1.0"\n')
    (source / "backend.py").write_text("raise SystemExit('this needs a compiler')\n")
    shutil.make_archive(str(links / f"{name}-1.0"), "gztar", links.parent, f"{name}-1.0")


def test_a_lock_of_poetry_is_read_by_poetry(project: Path, bot_cache: Path) -> None:
    """By hand, a package for Windows came along, and groups for development."""
    (project / "pyproject.toml").write_text(POETRY)
    (project / "poetry.lock").write_text(POETRY_LOCK)
    made = prepare(project, bot_cache)
    assert (made.left_out, made.added) == ((), ("alembic", "sqlalchemy", "psycopg2-binary"))
    assert run([made.python, "-c", "import idna; print(idna.__version__)"]).stdout.strip() == "3.7"
    assert run([made.python, "-c", "import colorama"], check=False).code != 0


LOCKED = """
[[package]]
name = "{}"
version = "{}"
optional = false
python-versions = ">=3.8"
groups = ["{}"]
files = []
"""


@pytest.mark.parametrize("tool", ["poetry", "pdm", "pipenv"])
def test_a_group_that_brings_alembic_is_installed_and_others_are_not(project: Path, bot_cache: Path, tool: str) -> None:
    """Alembic came in the newest version, and the driver that stood beside it did not come."""
    main, wanted = ("idna", "3.7"), [("alembic", "1.13.1"), ("sniffio", "1.3.0")]
    group = "develop" if tool == "pipenv" else "bot"
    packages = [(*main, "default" if tool == "pdm" else "main"), *((*item, group) for item in wanted)]
    aside = ("iniconfig", "2.0.0", "lint")
    texts = [LOCKED.format(*package) for package in (*packages, aside)]
    if tool == "poetry":
        listed = "".join(f"[tool.poetry.group.{g}.dependencies]\n{n} = '{v}'\n" for n, v, g in (packages[1], aside))
        listed = listed.replace("alembic = ", "sniffio = '1.3.0'\nalembic = ")
        head = '[tool.poetry]\nname = "app"\nversion = "1"\ndescription = ""\nauthors = []\npackage-mode = false\n'
        declared = f"{head}[tool.poetry.dependencies]\npython = '>=3.9'\nidna = '3.7'\n{listed}"
        lock = "[metadata]\nlock-version = '2.1'\npython-versions = '>=3.9'\ncontent-hash = ''\n"
        write(project, {"pyproject.toml": declared, "poetry.lock": "".join(texts) + lock})
    elif tool == "pdm":
        head = '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["idna==3.7"]\n'
        listed = "[tool.pdm.dev-dependencies]\nbot = ['alembic', 'sniffio']\n"
        lock = "[metadata]\ngroups = ['default', 'bot']\nlock_version = '4.5.0'\ncontent_hash = 'sha256:0'\n"
        write(project, {"pyproject.toml": head + listed, "pdm.lock": lock + "".join(texts)})
    else:
        develop = {name: {"version": f"=={version}"} for name, version in wanted}
        content = {
            "_meta": {"hash": {"sha256": "0"}, "pipfile-spec": 6, "requires": {}, "sources": []},
            "default": {"idna": {"version": "==3.7"}},
            "develop": develop,
        }
        write(project, {"Pipfile": "[packages]\nidna = '*'\n", "Pipfile.lock": json.dumps(content)})
    made = prepare(project, bot_cache)
    assert (made.left_out, set(made.added)) == ((), {"sqlalchemy", "psycopg2-binary"})
    seen = "import idna, sniffio; from importlib.metadata import version; print(version('alembic'))"
    assert run([made.python, "-c", seen]).stdout == "1.13.1\n"
    assert run([made.python, "-c", "import iniconfig"], check=False).code != 0


POETRY = """
[tool.poetry]
name = "app"
version = "1.0"
description = ""
authors = []
package-mode = false

[tool.poetry.dependencies]
python = ">=3.8"
idna = "3.7"
colorama = { version = "0.4.6", markers = "sys_platform == 'win32'" }
"""
POETRY_LOCK = """
[[package]]
name = "colorama"
version = "0.4.6"
description = ""
optional = false
python-versions = ">=2.7"
files = []

[[package]]
name = "idna"
version = "3.7"
description = ""
optional = false
python-versions = ">=3.5"
files = []

[metadata]
lock-version = "2.0"
python-versions = ">=3.8"
content-hash = "1f46b67a4a21de79bce6b9b591c3dff5a223eb7ee8f9d65caa1e0eb19d099883"
"""


def test_a_uv_that_is_gone_is_named(tmp_path: Path) -> None:
    """The bot's packages without the programs that came with them."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    shutil.copytree(Path(packages, "uv"), tmp_path / "packages/uv")
    script = "from pathlib import Path\nfrom bot.project.environment.uv import uv_program\nprint(uv_program(Path()))"
    env = {
        "PYTHONPATH": f"{tmp_path / 'packages'}:{Path(__file__).parents[3]}:{packages}",
        "HOME": str(tmp_path),
        "PATH": "/usr/bin",
    }
    done = run([tmp_path / "venv/bin/python", "-c", script], env=env, check=False)
    if done.code == 0:
        pytest.skip(f"the Python that this environment is made of has a uv of its own: {done.stdout.strip()}")
    assert "ToolError: the program uv, which came with the bot, is missing" in done.stderr
