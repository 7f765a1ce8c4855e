"""The workflow files of a repository: the examples, with what this one needs.

In: what the author chose, the layout. Out: files by path. The examples are found beside the code: `bot/examples` in an
installed wheel, `examples/` in a checkout.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ACTION = "OWNER/alembic-migration-bot@v0"
FOLDER = ".github/workflows"
_STEP = re.compile(rf"^(?P<blanks> *)(?P<dash>- )?uses: {re.escape(ACTION)}$")
_PLAIN = re.compile(r"[A-Za-z][\w./:@-]*")
_NO_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})  # to YAML 1.1 or 1.2
_COMMENTS = "  issue_comment: # zizmor: ignore[dangerous-triggers] only people with write permission are obeyed\n"

_MAIN = "branches: [main]"
_BEFORE = "\npermissions: {}\n"  # what follows the events


@dataclass(frozen=True)
class Choices:
    """`branch` is the default branch, `action` how the workflow names the bot; `inputs` are what its step is given."""

    forks: bool
    commands: bool
    matrix: bool
    branch: str
    action: str
    inputs: Mapping[str, str]


def files(choices: Choices) -> dict[str, str]:
    """The files by their paths."""
    if choices.matrix:
        made = {"migrations.yml": example("many-environments")}
    elif choices.forks:
        publish = example("forks-publish")
        made = {
            "migrations.yml": example("forks-check"),
            "migrations-publish.yml": _with_commands(publish) if choices.commands else publish,
        }
    else:
        made = {"migrations.yml": example("commands" if choices.commands else "same-repository")}
    return {f"{FOLDER}/{name}": _adapted(text, choices) for name, text in made.items()}


def _adapted(text: str, choices: Choices) -> str:
    lines = "\n".join(_filled(text.splitlines(), choices.inputs)) + "\n"
    return lines.replace(ACTION, choices.action).replace(_MAIN, f"branches: [{_scalar(choices.branch)}]")


def example(name: str) -> str:
    here = Path(__file__).resolve().parent.parent
    installed = here / "examples"
    return ((installed if installed.is_dir() else here.parent / "examples") / f"{name}.yml").read_text("utf-8")


def _with_commands(publish: str) -> str:
    """The publishing half obeys comments as well: of one name, so that both keep the same comment up to date."""
    events = f"{_COMMENTS}    types: [created]\n"
    job = example("commands").partition("\n  command:\n")[2]
    note = "  # A command runs the pull request's code, in a job of its own, when somebody asks who may write.\n"
    return f"{publish.replace(_BEFORE, events + _BEFORE, 1)}\n{note}  command:\n{job}"


def _filled(lines: list[str], inputs: Mapping[str, str]) -> Iterator[str]:
    """Inputs go to each step of the bot that runs the project's code."""
    for number, line in enumerate(lines):
        yield line
        step = _STEP.match(line)
        if step is None or not inputs:
            continue
        blanks = step["blanks"] + " " * len(step["dash"] or "")
        rest = _same_step(lines[number + 1 :], blanks)
        if any(re.search(r"mode: (publish|plan)", text) for text in rest):
            continue
        if f"{blanks}with:" in rest:
            lines[number + 1 + rest.index(f"{blanks}with:")] += "".join(f"\n{text}" for text in _inputs(inputs, blanks))
        else:
            yield f"{blanks}with:"
            yield from _inputs(inputs, blanks)


def _same_step(lines: list[str], blanks: str) -> list[str]:
    end = next((number for number, text in enumerate(lines) if not text.startswith(blanks)), len(lines))
    return lines[:end]


def _inputs(inputs: Mapping[str, str], blanks: str) -> Iterator[str]:
    for name, value in inputs.items():
        if "\n" in value:
            yield f"{blanks}  {name}: |"
            yield from (f"{blanks}    {line}" for line in value.splitlines())
        else:
            yield f"{blanks}  {name}: {_scalar(value)}"


def _scalar(value: str) -> str:
    """A value of one line, in quotes where YAML might read something else."""
    is_plain = _PLAIN.fullmatch(value) and not value.endswith(":") and value.lower() not in _NO_TEXT
    return value if is_plain else f"'{value.replace(chr(39), chr(39) * 2)}'"
