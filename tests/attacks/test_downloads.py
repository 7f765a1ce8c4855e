"""What the package index gives is kept for later runs; what a package's build leaves is not, wherever it puts it."""

import hashlib
import os
import tarfile
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest

from bot.errors import BotError
from bot.project.environment import environments
from bot.project.environment.downloads import Downloads
from bot.project.environment.environments import EnvironmentRequest
from bot.system import Confinement, accounts, remove
from tests.attacks.test_interpreters import NOT_AS_ROOT, PROGRAM
from tests.support.machine import Machine

# So that nothing else is sent for.
USUAL = ("alembic", "sqlalchemy", "psycopg2-binary", "setuptools")
BACKEND = """
import os, pathlib, zipfile

def build_wheel(folder, settings=None, metadata=None):
    with open({mark!r}, "a") as file:
        file.write("built ")
    def attempt(change):
        try:
            change()
        except OSError:
            pass
    for place, _, files in os.walk({shared!r}):
        for path in [pathlib.Path(place, name) for name in files]:
            attempt(lambda: path.chmod(0o777))
            attempt(lambda: path.write_text("planted"))
            attempt(path.unlink)
        attempt(lambda: pathlib.Path(place, "planted").write_text("planted"))
    for path in pathlib.Path(os.environ["UV_CACHE_DIR"]).rglob("*.py"):
        attempt(lambda: path.chmod(0o777))
        attempt(lambda: path.write_text("planted"))
    name = "evil-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        wheel.writestr("evil.py", "")
        wheel.writestr("evil-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: evil\\nVersion: 1\\n")
        wheel.writestr("evil-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("evil-1.dist-info/RECORD", "")
    return name
"""
PYPROJECT = """
[project]
name = "evil"
version = "1"

[build-system]
requires = []
build-backend = "b"
backend-path = ["."]
"""


class _Handler(SimpleHTTPRequestHandler):
    sent: list[str]

    def log_request(self, code: int | str = "-", _size: int | str = "-") -> None:
        if code == 200:
            self.sent.append(self.path)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may enter, with packages, and a file that everybody may write."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    for name in ("checkout", "links", "cache"):
        (folder / name).mkdir(mode=0o755)
    (folder / "checkout/mark").touch()
    (folder / "checkout/mark").chmod(0o666)
    for name in USUAL:
        _wheel(folder / "links", name)
    _sdist(
        folder / "links", {"b.py": BACKEND.format(mark=str(folder / "checkout/mark"), shared=str(folder / "cache/uv"))}
    )
    yield folder
    remove(folder)


@pytest.fixture
def index(place: Path) -> Iterator[tuple[str, list[str]]]:
    """The packages on a server, and what it sent."""
    sent: list[str] = []
    handler = type("Handler", (_Handler,), {"sent": sent})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=place / "links")) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", sent
        server.shutdown()
        thread.join()


def _wheel(folder: Path, name: str, module: str = "{}.py") -> None:
    label = name.replace("-", "_")
    with zipfile.ZipFile(folder / f"{label}-9-py3-none-any.whl", "w") as wheel:
        wheel.writestr(module.format(label), "original = True\n")
        wheel.writestr(f"{label}-9.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 9\n")
        wheel.writestr(f"{label}-9.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{label}-9.dist-info/RECORD", "")


def _sdist(folder: Path, files: dict[str, str]) -> None:
    metadata = "Metadata-Version: 2.2\nName: evil\nVersion: 1\n"
    with tarfile.open(folder / "evil-1.tar.gz", "w:gz") as archive:
        for name, text in {"pyproject.toml": PYPROJECT, "PKG-INFO": metadata, **files}.items():
            item = tarfile.TarInfo(f"evil-1/{name}")
            item.size = len(text.encode())
            archive.addfile(item, BytesIO(text.encode()))


def _prepare(place: Path, link: str, *names: str, python: str = "auto") -> Path:
    """The environment's packages."""
    lines = [f"--find-links {link}", "--no-index", *USUAL, *names]
    (place / "checkout/requirements.txt").write_text("\n".join(lines) + "\n")
    env = {"PATH": "/usr/bin:/bin", "UV_PYTHON_DOWNLOADS": "never"}
    sandbox = Confinement(hidden=(Path("/tmp"), Path("/run")), readable=(place / "links",))
    request = EnvironmentRequest(place / "checkout", place / "checkout", python, "", None, env, sandbox)
    made = environments.prepare(request, cache_dir=place / "cache", accounts=accounts(), log=lambda _: None)
    return next(made.python.parent.parent.glob("lib/python3*/site-packages"))


def _state(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Every file with what is in it, whose it is, and who may write it."""
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), facts.st_uid, facts.st_mode)
        for path in folder.glob("archive-v*/**/*")
        if path.is_file() and not path.name.endswith(".lock") and (facts := path.stat())
    }


def test_a_second_environment_downloads_nothing_again(place: Path, index: tuple[str, list[str]]) -> None:
    link, sent = index
    _prepare(place, link)
    first = [path for path in sent if path.endswith(".whl")]
    assert len(set(first)) == len(USUAL)
    _prepare(place, link, "evil")
    assert [path for path in sent if path.endswith(".whl")] == first


@NOT_AS_ROOT
def test_what_nobody_asks_for_costs_nothing(place: Path, index: tuple[str, list[str]]) -> None:
    """A cache of years has a hundred thousand files: each installation made a link to each of them, and removed it."""
    link, _ = index
    _wheel(place / "links", "spare")
    _prepare(place, link, "spare")
    (kept,) = (place / "cache/uv").glob("archive-v*/*/spare.py")
    before = kept.stat().st_ctime_ns  # which a link changes, and a new owner
    assert (_prepare(place, link, "alembic==9") / "alembic.py").exists()
    assert kept.stat().st_ctime_ns == before


def test_what_a_build_leaves_is_found_by_no_later_run(place: Path, index: tuple[str, list[str]]) -> None:
    link, _ = index
    _prepare(place, link)
    before = _state(place / "cache/uv")
    assert (_prepare(place, link, "evil", "alembic==9") / "evil.py").exists()
    after = _state(place / "cache/uv")
    assert {name: after.get(name) for name in before} == before
    assert after.keys() == before.keys()
    names = {path.name for path in (place / "cache").rglob("*")}
    assert not [name for name in names if "planted" in name or name == "uv-cache"]
    assert not [path for path in (place / "cache/uv").rglob("*") if "evil" in path.name]
    assert "built" in (place / "checkout/mark").read_text()
    packages = _prepare(place, link, "evil", "sqlalchemy==9")
    assert (packages / "alembic.py").read_text() == "original = True\n"
    assert (place / "checkout/mark").read_text().count("built") == 2  # a wheel that was built serves once


def test_packages_from_git_do_not_keep_the_others_from_being_fetched(place: Path, index: tuple[str, list[str]]) -> None:
    """Each was asked for once more, and waited for; with nine of them, nothing was kept."""
    _prepare(place, index[0], *(f"far{n} @ git+http://127.0.0.1:9/far{n}" for n in range(10)))
    assert [*(place / "cache/uv").glob("archive-v*/*/alembic.py")]


def test_nothing_is_built_while_the_shared_cache_is_written(place: Path, index: tuple[str, list[str]]) -> None:
    link, _ = index
    python = Path("/usr/bin/python3").resolve()
    sandbox = Confinement(hidden=(Path("/tmp"),))
    shared = Downloads(place / "cache/uv", accounts().downloads, python, {}, sandbox)
    cache = place / "lent"
    ways = [["--no-index", "--find-links", link, "evil", "alembic"]]
    shared.lend(ways, {}, (), cache)
    assert (place / "checkout/mark").read_text() == ""
    assert not [*(place / "cache/uv").rglob("planted")]  # where it could have written
    assert [path.parent.parent.name for path in cache.rglob("alembic.py")] == ["archive-v0"]
    assert not [*cache.rglob("*evil*")]


@NOT_AS_ROOT
def test_the_shared_cache_belongs_to_nobody_who_builds(place: Path, index: tuple[str, list[str]]) -> None:
    """Nor to whoever fetches: not even its locks, which others could hold."""
    link, _ = index
    _prepare(place, link, "evil")
    assert [*(place / "cache/uv").glob("archive-v*/*/alembic.py")]
    for path in (place / "cache/uv", *(place / "cache/uv").rglob("*")):
        facts = path.lstat()
        assert (facts.st_uid, facts.st_gid) == (0, 0), path
        assert facts.st_mode & 0o022 == 0, path
        assert not path.is_symlink()


@NOT_AS_ROOT
def test_a_cache_that_another_account_restored_serves(place: Path, index: tuple[str, list[str]]) -> None:
    link, sent = index
    _prepare(place, link)
    for path in (*(place / "cache/uv").rglob("*"), place / "cache/uv"):
        os.chown(path, 1234, 1234, follow_symlinks=False)
    sent.clear()
    _prepare(place, link, "evil")
    assert not [path for path in sent if path.endswith(".whl")]


@NOT_AS_ROOT
@pytest.mark.parametrize("spec", [".venv", ".venv/bin/python"])
def test_an_interpreter_of_the_repositorys_does_not_fetch(place: Path, spec: str, index: tuple[str, list[str]]) -> None:
    program = place / "checkout/.venv/bin/python"
    program.parent.mkdir(parents=True)
    program.write_text(PROGRAM.format(mark=place / "checkout/mark"))
    program.chmod(0o755)
    (place / "checkout/.venv/pyvenv.cfg").write_text(f"home = {program.parent}\n")
    (program.parent / "python3").symlink_to("python")
    with suppress(BotError):
        _prepare(place, index[0], python=str(place / "checkout" / spec))
    assert str(accounts().downloads.uid) not in (place / "checkout/mark").read_text().split()


# A backend in the tree, which says what the project depends on: whoever installs that runs it.
OWN = """
[project]
name = "own"
version = "1"
dynamic = ["dependencies"]

[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
TELLING = """
import os, pathlib

def prepare_metadata_for_build_wheel(folder, settings=None):
    made = pathlib.Path(folder, "own-1.dist-info")
    made.mkdir()
    (made / "METADATA").write_text("Metadata-Version: 2.1\\nName: own\\nVersion: 1\\n")
    (made / "WHEEL").write_text("Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    return made.name

"""
# Nobody may list the folder of the environments, but their names can be worked out.
PLANTING = """
import urllib.request

for name in urllib.request.urlopen({link!r} + "names").read().decode().split():
    for packages in pathlib.Path(os.environ["HOME"]).with_name(name).glob("lib/python3*/site-packages"):
        (packages / "planted.pth").touch()
"""


def test_what_heads_build_leaves_is_not_in_bases_environment(
    machine: Machine, place: Path, index: tuple[str, list[str]]
) -> None:
    """Both sides share an environment where their dependency files are the same, and head's was made first."""
    _wheel(place / "links", "alembic", "{}/__init__.py")
    lines = "\n".join([f"--find-links {index[0]}", "--no-index", *USUAL, "."])
    files = {"pyproject.toml": OWN, "requirements.txt": lines, "backend.py": TELLING}
    machine.commit(files)
    machine.commit({"models.py": "first"})
    machine.check("--python", "auto")  # what is installed is no Alembic: it ends in an error
    (made,) = (machine.cache / "environments").glob("*.complete")
    machine.empty_cache()
    (place / "links/names").write_text(made.stem)
    machine.commit({"models.py": "second", "backend.py": TELLING + PLANTING.format(link=index[0])})
    machine.check("--python", "auto")
    assert made.exists()
    assert [*made.with_suffix("").rglob("alembic/__init__.py")]
    assert not [*made.with_suffix("").rglob("planted.pth")]


@pytest.mark.in_turn
def test_what_heads_build_leaves_is_found_by_no_other_run(
    machine: Machine, place: Path, index: tuple[str, list[str]]
) -> None:
    """Where head changed the list, its environment served whoever had that list later."""
    _wheel(place / "links", "alembic", "{}/__init__.py")
    lines = "\n".join([f"--find-links {index[0]}", "--no-index", *USUAL, "."])
    machine.commit({"pyproject.toml": OWN, "requirements.txt": lines, "backend.py": TELLING})
    longer = {"requirements.txt": f"{lines}\n# longer\n"}
    machine.commit(longer)
    machine.check("--python", "auto")
    marks = [path.stem.partition("-")[0] for path in (machine.cache / "environments").glob("*.complete")]
    machine.empty_cache()
    machine.commit({"requirements.txt": lines})
    machine.commit({**longer, "backend.py": TELLING + PLANTING.format(link=index[0])})
    tree = machine.git("rev-parse", "HEAD^{tree}")
    (place / "links/names").write_text(" ".join([*marks, *(f"{mark}-{tree[:16]}" for mark in marks)]))
    machine.check("--python", "auto")
    (hostile,) = _planted(machine)
    machine.git("reset", "--hard", "--quiet", "HEAD~1")
    machine.commit(longer)
    machine.check("--python", "auto")  # another head with that list
    machine.commit({"models.py": "second"})
    machine.check("--python", "auto")  # base has it as well
    assert _planted(machine) == [hostile]
    made = {path.stem for path in (machine.cache / "environments").glob("*.complete")}
    assert len(made - {hostile}) == 3  # of both bases, and of the other head


def _planted(machine: Machine) -> list[str]:
    """Environments in which hostile code has left something."""
    folder = machine.cache / "environments"
    return [path.relative_to(folder).parts[0] for path in folder.rglob("planted.pth")]
