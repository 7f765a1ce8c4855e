"""`migration-bot init`: writes the workflow of a repository.

In: options, and a terminal to ask where they leave something open. Out: files in `.github/workflows`, and what to do
next. What is there already is never written over unless `--force` says so.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.database import servers
from bot.errors import UsageError
from bot.init import layout as layouts
from bot.init import placing
from bot.init.layout import Layout
from bot.init.terminal import Terminal
from bot.init.workflow import ACTION, FOLDER, Choices, files
from bot.project.checkout.git import Git, Repository
from bot.report.text import listed, plain
from bot.settings import Machine
from bot.system import beneath

MANY = 8  # Alembic environments for which one job takes long
_USED = re.compile(r"uses:.*alembic-migration-bot(?:/composite)?@")
_ONE_WORD = re.compile(r"[\w./:@-]+", re.ASCII)
_PASSWORD = re.compile(r"://[^/@]*:[^/@]+@")


def run(options: argparse.Namespace, machine: Machine) -> int:
    """Read the layout, ask, write the files, say what comes next."""
    repository = Repository.open(Git(machine.environ), options.repo)
    if repository.bare:
        raise UsageError(f"{repository.root} is a bare repository, without files", "Give the folder of a checkout.")
    root = repository.root
    layout = layouts.read(root)
    _say(*_described(layout))
    choices = _chosen(options, layout, _default_branch(repository))
    made = files(choices)
    if not options.force:
        _refuse_second(root, made)
    _say(*placing.place(root, made, force=options.force))
    _say("", *_next(choices, layout))
    return 0


def _default_branch(repository: Repository) -> str:
    """As origin has it, or the usual name that is here, or the one that is checked out."""
    refs = {ref.name: ref.target or "" for ref in repository.refs("refs/heads", "refs/remotes")}
    pointer = refs.get("refs/remotes/origin/HEAD", "").removeprefix("refs/remotes/origin/")
    here = [name for name in ("main", "master", "trunk", "develop") if f"refs/heads/{name}" in refs]
    return pointer or (here[0] if here else repository.ask("symbolic-ref", "--short", "HEAD") or "main")


def _chosen(options: argparse.Namespace, layout: Layout, branch: str) -> Choices:
    terminal = Terminal.own()
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
    database = _server(options.database or terminal.text("Which database server?", usual, usual))
    action = options.action or ACTION
    if not _ONE_WORD.fullmatch(action):
        raise UsageError(
            f"--action {action!r} names no action", "Give OWNER/REPOSITORY@VERSION, or a path as ./action."
        )
    settings = "\n".join(f"{name}={value}" for name, value in layout.settings.items())
    inputs = {"database": "" if database == "embedded" else database, "env": f"{settings}\n" if settings else ""}
    given = {name: value for name, value in inputs.items() if value}
    return Choices(forks, commands, options.matrix, branch, action, given)


def _server(named: str) -> str:
    """As the workflow names it; what GitHub fills in is known only there. Raises `UsageError` for what is none."""
    if "${{" not in named:
        servers.claimed(named)
    if not named.isprintable():
        raise UsageError("the database's name has signs that cannot be printed", "Give --database on one line.")
    return named


def _refuse_second(root: Path, made: Mapping[str, str]) -> None:
    others = [path for path in _using(root) if path not in made]
    if others:
        raise UsageError(
            f"{listed(others)}: a workflow uses the bot already", "Remove it, or give --force for a second one."
        )


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
        yield "- put the name of the bot's owner in place of OWNER, and a commit in place of v0 if actions are pinned"
    if choices.inputs.get("env"):
        yield "- look at `env`: the values are examples, good enough to load the code; no secret belongs there"
    if _PASSWORD.search(choices.inputs.get("database", "")):
        yield "- whoever can read the repository can read the password in `database`: ${{ secrets.NAME }} hides it"
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
