"""Which environments the checkout's own code has a hand in: those are head's alone."""

from pathlib import Path

import pytest

from bot.project.environment import dependencies
from bot.project.environment.provenance import is_of_checkout

DECLARED = '[project]\nname = "shop"\nversion = "1"\n'
LOCK = """
version = 1

[[package]]
name = "shop"
source = {{ {own} = "." }}

[[package]]
name = "x"
source = {{ {x} }}
"""
OF_INDEX = {
    "nothing": {},
    "a list": {"requirements.txt": "alembic==1.2  # see docs/why.md\nsqlalchemy[asyncio]>=2 ; python_version < '4'\n"},
    "hashes": {"requirements.txt": "alembic==1.2 \\\n  --hash=sha256:0/1\n"},
    "addresses": {
        "requirements.txt": "--extra-index-url https://example.org/simple/\n--find-links https://example.org/x/\n"
        "x @ https://example.org/x-1-py3-none-any.whl\n-e git+https://example.org/x.git@main#egg=x\nalembic\n"
    },
    "a list of lists": {"requirements.txt": "-r ./lists/all.txt\n-c lists/limits.txt\n", "lists/all.txt": "alembic\n"},
    "what is declared": {"pyproject.toml": DECLARED + 'dependencies = ["alembic"]\ndynamic = ["version"]\n'},
    "a lock": {"uv.lock": LOCK.format(own="virtual", x='registry = "https://pypi.org/simple"')},
    "a lock with git": {"uv.lock": LOCK.format(own="editable", x='git = "https://example.org/x.git?rev=1#1"')},
}
OF_CHECKOUT = {
    **{
        line: {"requirements.txt": f"alembic\n{line}\n"}
        for line in (
            ".",
            "-e .",
            "-e ./lib",
            "lib/x",
            "x @ ./lib",
            "x @ file:lib",
            "x @ file:///lib",
            "${PLACE}",
            "x-1-py3-none-any.whl",
            "-f wheels",
            "--find-links=wheels",
            "--index-url file:wheels",
            "-e git+file:///lib",
        )
    },
    "within a list": {"requirements.txt": "-r all.txt\n", "all.txt": "alembic\n./lib\n"},
    "within limits": {"requirements.txt": "-c all.txt\nalembic\n", "all.txt": "x @ file:lib\n"},
    "a backend says it": {"pyproject.toml": DECLARED + 'dynamic = ["dependencies"]\n'},
    "a path is declared": {"pyproject.toml": DECLARED + 'dependencies = ["alembic", "x @ file:lib"]\n'},
    "uv is told where": {
        "pyproject.toml": DECLARED + 'dependencies = ["x"]\n[tool.uv.sources]\nx = { path = "lib" }\n'
    },
    "no table of the standard": {"pyproject.toml": '[tool.poetry]\nname = "shop"\n'},
    "a lock with a folder": {"uv.lock": LOCK.format(own="virtual", x='directory = "lib"')},
    "a lock with a file": {"uv.lock": LOCK.format(own="virtual", x='path = "x.whl"')},
    "a lock with a member": {"uv.lock": LOCK.format(own="virtual", x='editable = "lib"')},
    "a lock that is none": {"uv.lock": "package = 1\n"},
    "a program": {"setup.py": "from setuptools import setup\nsetup(name='shop')\n"},
    "a tool with plug-ins": {"poetry.lock": "", "pyproject.toml": '[tool.poetry]\nname = "shop"\n'},
}


def _is_of_checkout(folder: Path, files: dict[str, str]) -> bool:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return is_of_checkout(dependencies.find(folder, folder))


@pytest.mark.parametrize("files", OF_INDEX.values(), ids=OF_INDEX)
def test_an_index_gives_it(tmp_path: Path, files: dict[str, str]) -> None:
    assert not _is_of_checkout(tmp_path, files)


@pytest.mark.parametrize("files", OF_CHECKOUT.values(), ids=OF_CHECKOUT)
def test_the_checkout_has_a_hand_in_it(tmp_path: Path, files: dict[str, str]) -> None:
    assert _is_of_checkout(tmp_path, files)
