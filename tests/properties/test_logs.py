"""What goes into a job's log, where a line that begins with `::` is an order to the runner."""

import contextlib
import io
import os
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.action.runner import MESSAGE_LIMIT, Level, Runner, annotate, mask, no_commands
from bot.model import Project
from bot.report.terminal import show
from bot.report.views import Views
from tests.properties import hostile, shapes
from tests.support import reports as samples

LEVELS: list[Level] = ["notice", "warning", "error"]
# Where the runner looks: after blanks at a line's beginning, and for its older form anywhere.
ORDER = re.compile(r"^\s*::|##\[")


def _orders(text: str) -> list[str]:
    """Lines as .NET reads them: its reader of streams knows CR and LF."""
    return [line for line in re.split(r"\r\n|\r|\n", text) if ORDER.search(line)]


def _obeyed(log: str) -> list[str]:
    """The orders that a runner would follow, those that stop and resume it aside."""
    found, token = [], ""
    for line in _orders(log):
        if token:
            token = "" if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        else:
            found.append(line)
    return found


def _printed(text: str, *, title: str = "", path: str = "") -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        annotate("error", text, title=title, path=path, line=3)
    return out.getvalue()


@given(hostile.texts, hostile.texts, hostile.texts)
def test_an_annotation_is_one_order_with_the_text_in_it(text: str, title: str, path: str) -> None:
    printed = _printed(text, title=title, path=path)
    assert printed.endswith("\n")
    assert len(re.split(r"\r\n|\r|\n", printed)) == 2
    properties, _, message = printed.removeprefix("::error ").partition("::")
    assert properties.count(",") == bool(title) + bool(path)
    assert properties.endswith("line=3")
    decoded = message.removesuffix("\n").replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    assert decoded == text[:MESSAGE_LIMIT]


@given(hostile.texts)
def test_a_secret_of_any_text_is_one_order(secret: str) -> None:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        mask(secret)
    assert len(_orders(out.getvalue())) == bool(secret)


@given(hostile.texts)
def test_what_is_printed_between_is_no_order(text: str) -> None:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        with no_commands():
            print(text)
        annotate("notice", "after")
    assert _obeyed(out.getvalue()) == ["::notice::after"]


@given(shapes.of(Project), shapes.of(Views), st.booleans())
def test_a_terminal_shows_any_report(project: Project, views: Views, colours: bool) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=colours, width=80)
    show(samples.report(project, project), {project.config: views}, console)
    printed = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue()) if colours else out.getvalue()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", printed)


@given(hostile.texts, hostile.texts)
def test_outputs_come_back_as_they_went(tmp_path_factory: pytest.TempPathFactory, text: str, other: str) -> None:
    folder = tmp_path_factory.mktemp("runner")
    (folder / "event").write_text("{}")
    environ = {"GITHUB_EVENT_NAME": "x", "GITHUB_REPOSITORY": "o/r", "GITHUB_WORKSPACE": str(folder)}
    environ |= {"GITHUB_EVENT_PATH": str(folder / "event"), "GITHUB_OUTPUT": str(folder / "output")}
    runner = Runner.read(environ)
    runner.set_output("one", text)
    runner.set_output("two", other)
    assert _outputs((folder / "output").read_bytes().decode()) == {"one": text, "two": other}


@pytest.mark.parametrize(("job", "obeyed"), [("true", []), ("", ["::error::x: this is not of the form NAME=VALUE"])])
def test_the_command_line_gives_no_orders_in_a_job(job: str, obeyed: list[str]) -> None:
    """An option that is quoted in an error, as a workflow's script could be made to pass it."""
    command = [sys.executable, "-m", "bot", "check", "--env", "\n::error::x"]
    environ = {**os.environ, "GITHUB_ACTIONS": job}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert _obeyed(done.stderr) == obeyed


def _outputs(file: str) -> dict[str, str]:
    """The file as the runner reads it: values end at their delimiter, on a line of its own."""
    found = {}
    while file:
        head, _, rest = file.partition("\n")
        name, _, delimiter = head.partition("<<")
        found[name], _, file = rest.partition(f"\n{delimiter}\n")
    return found
