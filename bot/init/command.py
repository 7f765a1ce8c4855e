"""`migration-bot init`: writes the workflow of a repository.

In: options, and a terminal to ask where they leave something open. Out: files in `.github/workflows`, and what to do
next. What is there already is never written over unless `--force` says so.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import UsageError
from bot.init import layout as layouts
from bot.init.layout import Layout
from bot.init.workflow import ACTION, FOLDER, Choices, files
from bot.project.checkout.git import Repository
from bot.report.text import listed, plain
from bot.system import beneath

MANY = 8  # Alembic environments for which one job takes long
_USED = re.compile(r"uses:.*alembic-migration-bot(?:/composite)?@")


def run(options: argparse.Namespace) -> int:
    """Look, ask, write, tell."""
    repository = Repository.open(options.repo)
    root = repository.root
    layout = layouts.read(root)
    _say(*_described(layout))
    choices = _chosen(options, layout, _default_branch(repository))
    _write(root, files(choices), force=options.force)
    _say("", *_next(choices, layout))
    return 0


@dataclass(frozen=True)
class _Terminal:
    """Who can be asked; without one, every question has its usual answer."""

    there: bool

    def agrees(self, question: str, *, usual: bool) -> bool:
        if not self.there:
            return usual
        answer = input(f"{question} [{'Y/n' if usual else 'y/N'}] ").strip().lower()
        return usual if not answer else answer.startswith("y")

    def text(self, question: str, usual: str) -> str:
        return (input(f"{question} [{usual}] ").strip() if self.there else "") or usual


def _default_branch(repository: Repository) -> str:
    """As origin has it, or the usual name that is here."""
    refs = {ref.name: ref.target or "" for ref in repository.refs("refs/heads", "refs/remotes")}
    pointer = refs.get("refs/remotes/origin/HEAD", "").removeprefix("refs/remotes/origin/")
    here = [name for name in ("main", "master", "trunk", "develop") if f"refs/heads/{name}" in refs]
    return pointer or (here[0] if here else "main")


def _chosen(options: argparse.Namespace, layout: Layout, branch: str) -> Choices:
    terminal = _Terminal(sys.stdin.isatty() and sys.stdout.isatty())
    forks, commands = options.forks, options.commands
    if options.matrix:
        if forks or commands:
            raise UsageError(
                "--matrix goes with neither --forks nor --commands",
                "Take one of them, and see docs/monorepo.md for what the other needs.",
            )
        forks = commands = False
    if forks is None:
        forks = terminal.agrees("Do pull requests come from forks?", usual=False)
    if commands is None:
        commands = terminal.agrees("May people give commands in comments (/migration commit)?", usual=True)
    usual = f"docker:{layout.images[0]}" if len(layout.images) == 1 else "embedded"
    database = options.database or terminal.text("Which database server?", usual)
    settings = "\n".join(f"{name}={value}" for name, value in layout.settings.items())
    inputs = {"database": "" if database == "embedded" else database, "env": f"{settings}\n" if settings else ""}
    given = {name: value for name, value in inputs.items() if value}
    return Choices(forks, commands, options.matrix, branch, options.action or ACTION, given)


def _write(root: Path, made: dict[str, str], *, force: bool) -> None:
    """All of the files or none; raises `UsageError` where something else is in their place."""
    there = {path: beneath.text(root, path) for path in made}
    others = [path for path in _using(root) if path not in made]
    in_the_way = [path for path, text in there.items() if (root / path).is_symlink() or text not in (None, made[path])]
    if in_the_way and not force:
        raise UsageError(f"{listed(in_the_way)}: there already, and left as it is", "Give --force to write over it.")
    if others and not force:
        raise UsageError(
            f"{listed(others)}: a workflow uses the bot already", "Remove it, or give --force for a second one."
        )
    for path, text in made.items():
        if there[path] == text and path not in in_the_way:
            _say(f"unchanged: {path}")
            continue
        (root / path).unlink(missing_ok=True)
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        beneath.create(root, path, text)
        _say(f"written: {path}")


def _using(root: Path) -> list[str]:
    """Workflows that have a step of the bot's."""
    paths = sorted(path for path in (root / FOLDER).glob("*.y*ml") if path.is_file())
    names = [path.relative_to(root).as_posix() for path in paths]
    return [name for name in names if _USED.search(beneath.text(root, name) or "")]


def _described(layout: Layout) -> Iterator[str]:
    shown = [f"{c.path} [{c.section}]" if c.section not in ("", "alembic") else c.path for c in layout.configs]
    yield f"Alembic: {listed(shown[:5])}{f' and {len(shown) - 5} more' if len(shown) > 5 else ''}"
    yield f"packages: {listed(list(layout.packages)) or 'no file names them'}"
    yield f"Python: {layout.python or 'the newest that the packages allow'}"
    if layout.extensions:
        lacking = f" (server: {listed(list(layout.images))})" if layout.images else ""
        yield f"extensions: {listed(list(layout.extensions))}{lacking}"
    if layout.settings:
        yield f"settings that the code asks for: {listed(list(layout.settings))}"


def _next(choices: Choices, layout: Layout) -> Iterator[str]:
    yield "Next:"
    if choices.action == ACTION:
        yield "- put the name of the bot's owner in place of OWNER"
    if choices.inputs.get("env"):
        yield "- look at `env`: the values are examples, good enough to load the code; no secret belongs there"
    if len(layout.images) > 1:
        yield f"- no single image is known for all extensions ({listed(list(layout.images))}): give `database` one"
    if len(layout.configs) > MANY and not choices.matrix:
        yield f"- {len(layout.configs)} Alembic environments in one job take long: --matrix gives each its own"
    late = "commands, and the comments on forks' pull requests, work once the default branch has the files"
    yield f"- commit and push{f'; {late}' if choices.forks or choices.commands else ''}"
    workflow = "Migrations (publish)" if choices.forks else "Migrations"
    yield f"- in the branch's rules, require the check `Migration ({workflow})`"


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(plain(line) + "\n")
