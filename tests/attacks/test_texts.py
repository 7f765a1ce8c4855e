"""What a pull request writes is read in a time that grows with its size, and no faster: nothing limits it but that."""

import ast
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import bot
from tests.attacks import blanks
from tests.support.machine import ROOT

CPU = 60  # seconds, for what takes two or three


def test_one_long_run_of_the_same_is_read_in_the_end(tmp_path: Path) -> None:
    """A list of requirements of blank lines alone, and the like, kept the bot busy for a day."""
    done = subprocess.run(
        [sys.executable, blanks.__file__, str(tmp_path)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


# What begins with any number of blanks is tried again from each of them, unless nothing comes before the first.
BEGINS = re.compile(r"\^?\\s[*+].")
ANCHORED = {"match", "fullmatch"}


def _expressions(tree: ast.Module) -> list[tuple[str, set[str]]]:
    """The regular expressions of a module that are written there, each with the ways in which it is used."""
    named = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named[ast.unparse(node.value)] = node.targets[0].id
    uses: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            uses.setdefault(node.value.id, set()).add(node.attr)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
            text, way = node.args[0], ast.unparse(node.func).removeprefix("re.")
            many = "MULTILINE" in ast.unparse(node)
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                ways = uses.get(named.get(ast.unparse(node), ""), {"search"}) if way == "compile" else {way}
                found.append((text.value if many else text.value.removeprefix("^"), ways))
    return found


@pytest.mark.parametrize("path", sorted(Path(bot.__file__).parent.rglob("*.py")), ids=lambda path: path.stem)
def test_no_expression_looks_at_the_same_blanks_again_and_again(path: Path) -> None:
    if "worker" in path.parts:
        return  # the project's own time
    found = _expressions(ast.parse(path.read_text("utf-8")))
    assert [text for text, ways in found if BEGINS.match(text) and not ways <= ANCHORED] == []
