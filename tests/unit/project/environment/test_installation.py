"""What uv chose, as lines that ask for exactly that."""

import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import uv

from bot.errors import ToolError
from bot.project.environment import pins, uv_errors
from bot.project.environment.installation import Installation
from bot.project.environment.requirements import Requirements
from bot.system import Completed, run
from tests.support.troubleshooting import appears


@pytest.mark.parametrize(
    ("entry", "line", "has_wheel"),
    [
        ('version = "1"\nwheels = [{ url = "https://x/a-1-py3-none-any.whl" }]', "a==1", True),
        ('version = "1"\nsdist = { url = "https://x/a-1.tar.gz" }', "a==1", False),
        ('vcs = { type = "git", url = "https://x/a", commit-id = "ab" }', "a @ git+https://x/a@ab", False),
        ('archive = { url = "https://x/a-1-py3-none-any.whl" }', "a @ https://x/a-1-py3-none-any.whl", True),
        ('archive = { path = "wheels/a-1.whl" }', "./wheels/a-1.whl", False),
        ('directory = { path = "inner" }', "./inner", False),
    ],
)
def test_every_kind_of_source_is_asked_for(entry: str, line: str, has_wheel: bool) -> None:
    """A wheel that lies in the repository ended the run as a bug."""
    (package,) = pins.packages(f'[[packages]]\nname = "a"\n{entry}\n')
    assert (package.name, package.line, package.has_wheel) == ("a", line, has_wheel)


_FAR = """error: Request failed after 3 retries in 4.9s
  cause: Failed to fetch: https://user@far.invalid/simple/a/
  cause: client error (Connect)
"""


_UNSATISFIABLE = "error: because a==1 depends on b<1, we can conclude that your requirements are unsatisfiable."
_NO_INDEX = """error: Request failed after 3 retries
  cause: Failed to fetch: https://pypi.org/simple/a/
  cause: client error (Connect)
  cause: dns error
"""


def _failing(tmp_path: Path, said: str, until: Callable[[str], bool] = lambda _text: False) -> Installation:
    """An installation by a uv that says this, until what it is asked for satisfies it."""

    def uv(*words: str, check: bool = True) -> Completed:
        del check
        asked = " ".join([*words, (tmp_path / "wanted.txt").read_text()])
        return Completed(0, "", "") if until(asked) else Completed(2, "", said)

    return Installation(uv, tmp_path, "requirements.txt", lambda _: None)


def test_pinned_versions_that_contradict_each_other_are_installed_as_they_are(tmp_path: Path) -> None:
    made = _failing(tmp_path, _UNSATISFIABLE, lambda text: "--no-deps" in text)
    made.install(Requirements(("a==1", "b==2")))
    appears("the versions in … contradict each other", "".join(made.notes))


def test_of_two_files_that_contradict_each_other_the_one_with_alembic_counts(tmp_path: Path) -> None:
    made = _failing(tmp_path, _UNSATISFIABLE, lambda text: "b>2" not in text)
    made.install(Requirements(("alembic>=1", "b>2"), first=("alembic>=1",), others=(Path("dev.txt"),)))
    appears("it contradicts the file that brings Alembic", "".join(made.notes))


def test_without_the_index_nothing_can_be_said_of_the_project(tmp_path: Path) -> None:
    with pytest.raises(ToolError) as caught:
        _failing(tmp_path, _NO_INDEX).install(Requirements(("a>1",)))
    appears("the package index cannot be reached", caught.value.message)


def test_an_index_out_of_reach_is_left_out(tmp_path: Path) -> None:
    """What uv says of an index that it cannot connect to; with the usual index alone it succeeds."""
    calls = []

    def uv(*words: str, check: bool = True) -> Completed:
        del check
        lines = (tmp_path / "wanted.txt").read_text().splitlines()
        calls.append((lines, "--index-strategy" in words))
        return Completed(2, "", _FAR) if any("far.invalid" in line for line in lines) else Completed(0, "", "")

    made = Installation(uv, tmp_path, "requirements", lambda _: None)
    made.install(Requirements(("-i https://user@far.invalid/simple", "a==1"), exact=True))
    assert calls[0] == (["-i https://user@far.invalid/simple", "a==1"], True)
    assert calls[1] == (["a==1"], False)
    assert made.notes == ["the package index far.invalid cannot be used here and was left out"]
    appears("cannot be used here and was left out", made.notes[0])


_NO_BUILD = "Failed to build `bound==1.0`"


def _lock(tag: str) -> str:
    return f'[[packages]]\nname = "a"\nversion = "1"\nwheels = [{{ name = "a-1-{tag}.whl" }}]\n'


@pytest.mark.parametrize(
    ("bound", "rest", "expected"),
    [
        (["3.9"], "py3-none-any", "3.9"),
        (["3.8"], "py3-none-any", "3.8"),  # 3.9 is nearer, and has no wheel of it either
        ([], "py3-none-any", ""),  # there is none at all: no Python is better, and none is tried
        ([], "cp39-none-any", "3.9"),  # that one goes without it, and the others have wheels there alone
    ],
)
def test_a_package_without_any_wheel_does_not_choose_the_python(
    tmp_path: Path, bound: list[str], rest: str, expected: str
) -> None:
    """Each Python was tried for a package that has a source distribution alone, which took minutes."""
    asked = []

    def uv(*words: str, check: bool = True) -> Completed:
        del check
        minor = words[words.index("--python-version") + 1] if "--python-version" in words else ""
        if "--no-build" in words and minor:
            return Completed(0 if minor in bound else 1, "", "")
        if words[1] == "compile":
            asked.append(minor)
            return Completed(0, _lock(rest), "")
        return Completed(0 if "wanted.txt" not in " ".join(words) else 1, "", _NO_BUILD)

    made = Installation(uv, tmp_path, "requirements", lambda _: None, python="3.10", others=lambda: ["3.9", "3.8"])
    assert made.install(Requirements(("a==1", "bound==1.0"))) == expected
    tried = {"3.9": 1, "3.8": 1} if bound else {"": 1, "3.9": 2}
    assert len([minor for minor in asked if minor]) == tried[expected]


def test_asking_for_wheels_downloads_no_python(tmp_path: Path) -> None:
    """One of some thirty megabytes was downloaded for each version that was asked about, and thrown away."""
    index, pythons = tmp_path / "index", tmp_path / "pythons"
    (index / "bound").mkdir(parents=True)
    (index / "bound/index.html").write_text('<a href="bound-1.0-cp38-none-any.whl">bound</a>')
    with zipfile.ZipFile(index / "bound/bound-1.0-cp38-none-any.whl", "w") as wheel:
        wheel.writestr("bound-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: bound\nVersion: 1.0\n")
    env = {"HOME": str(tmp_path), "PATH": "/nonexistent", "VIRTUAL_ENV": sys.prefix, "UV_HTTP_RETRIES": "0"}
    env |= {"UV_DEFAULT_INDEX": index.as_uri(), "UV_PYTHON_INSTALL_DIR": str(pythons)}
    env |= {"UV_PYTHON_INSTALL_MIRROR": (tmp_path / "mirror").as_uri()}

    def real(*words: str, check: bool = True) -> Completed:
        return run([uv.find_uv_bin(), "--no-config", *words], env=env, check=check)

    made = Installation(real, tmp_path, "requirements", lambda _: None)
    assert [made._have_wheels(["bound==1.0"], minor) for minor in ("3.8", "3.9")] == [True, False]
    assert not pythons.exists()


@pytest.mark.parametrize("asked", ["near==1", "near[quick]==1", "near{python_full_version <= '3.13.2'}==1"])
def test_a_version_that_is_gone_is_read_however_it_was_asked_for(asked: str) -> None:
    said = f"Because there is no version of {asked} and you require {asked}, your requirements are unsatisfiable."
    assert uv_errors.culprits(said) == ["near"]


def _wheel(index: Path, name: str, tag: str) -> None:
    (index / name).mkdir(parents=True)
    (index / name / "index.html").write_text(f'<a href="{name}-1.0-{tag}.whl">{name}</a>')
    with zipfile.ZipFile(index / name / f"{name}-1.0-{tag}.whl", "w") as wheel:
        for file, text in (
            ("METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"),
            ("WHEEL", f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n"),
            ("RECORD", ""),
        ):
            wheel.writestr(f"{name}-1.0.dist-info/{file}", text)


@pytest.mark.parametrize("asked", ["other>=1", "other==1.0", "other[x]>=1,<3"])
def test_a_package_for_another_platform_is_left_out_and_no_other_python_is_tried(tmp_path: Path, asked: str) -> None:
    """It took a minute to try five Pythons, and then there was no verdict."""
    index, log = tmp_path / "index", list[str]()
    _wheel(index, "other", "cp311-cp311-win_amd64")
    _wheel(index, "plain", "py3-none-any")
    env = {"HOME": str(tmp_path), "PATH": "/nonexistent", "VIRTUAL_ENV": str(tmp_path / "venv")}
    env |= {"UV_DEFAULT_INDEX": index.as_uri(), "UV_HTTP_RETRIES": "0"}

    def real(*words: str, check: bool = True) -> Completed:
        return run([uv.find_uv_bin(), "--no-config", *words], env=env, check=check)

    real("venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv"))
    made = Installation(real, tmp_path, "requirements", log.append, python="3.11", others=lambda: ["3.10", "3.12"])
    assert made.install(Requirements((asked, "plain"))) == ""
    assert made.left_out == ["other"]
    assert list((tmp_path / "venv").glob("lib/python*/site-packages/plain-1.0.dist-info"))
    assert not [line for line in log if line.startswith("trying whether")]


@pytest.mark.parametrize(
    "said",
    [
        "AttributeError: module 'pkgutil' has no attribute 'ImpImporter'",
        'File "/tmp/x/site-packages/setuptools/py33compat.py", line 55, in <module>\n    HTMLParser().unescape',
        'File "/tmp/x/site-packages/pkg_resources/extern/__init__.py", line 5, in <module>',
    ],
)
def test_a_setuptools_that_python_has_left_behind(said: str) -> None:
    assert uv_errors.OLD_SETUPTOOLS.search(said)
    assert not uv_errors.OLD_SETUPTOOLS.search('File "/tmp/x/site-packages/setuptools/dist.py", line 7, in run_command')
