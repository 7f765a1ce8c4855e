"""Every setting once: its type, its default and its meaning.

From `Options` come the options of the command line, what the inputs of the action and `[tool.migration-bot]` may
hold, and the table of docs/settings.md. `sources` reads values from these places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

FailOn = Literal["error", "warning", "never"]
BaselineChoice = Literal["auto", "migrations", "models"]
Format = Literal["text", "markdown", "json", "sarif"]


@dataclass(frozen=True)
class About:
    """The documentation of an option: `metavar` stands for its value, `default` is shown only.

    `local` ones are options of the command line alone.
    """

    meaning: str
    metavar: str = ""
    default: str = ""
    short: str = ""
    local: bool = False


class Options(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """What can be asked for."""

    repo: Annotated[str, About("the repository", "PATH", "`.`", local=True)] = "."
    base: Annotated[str, About("what to compare with", "REV", "merge base with the default branch", local=True)] = ""
    head: Annotated[
        str, About("what to check", "REV", "the working tree, uncommitted changes included", local=True)
    ] = ""
    config: Annotated[list[str], About("an `alembic.ini` or `pyproject.toml`", "PATH", "discovered")] = []
    name: Annotated[
        list[str], About("sections of the configuration, as Alembic's own `-n`", "SECTION", "all", short="n")
    ] = []
    x: Annotated[list[str], About("what `env.py` reads with `get_x_argument`, as Alembic's own `-x`", "KEY=VALUE")] = []
    models: Annotated[list[str], About("files that hold models", "PATH", "found from `env.py`")] = []
    branch: Annotated[
        str,
        About(
            "of several heads, the one that a generated migration follows: its label or its revision",
            "LABEL",
            "the one that made the tables",
        ),
    ] = ""
    database: Annotated[
        str,
        About(
            "`embedded`, `docker:IMAGE`, or the URL of a server on which databases may be created and dropped",
            "SPEC",
            "`embedded`",
        ),
    ] = "embedded"
    allow_shared_server: Annotated[
        bool,
        About(
            "take a server by URL although the project's code can reach more of it than the run's own databases: "
            "others that PUBLIC may connect to, or all that the URL's role may, where this may not create roles",
            default="false",
        ),
    ] = False
    python: Annotated[
        str,
        About("a version, or the path of an interpreter or virtual environment to be used as it is", "SPEC", "`auto`"),
    ] = "auto"
    install: Annotated[str, About("how to install the project, instead of finding out", "COMMAND")] = ""
    prepare: Annotated[
        list[str],
        About(
            "run in both checkouts before the project's code is loaded: `make proto`, `cp settings_example.toml "
            "settings.toml`",
            "COMMAND",
        ),
    ] = []
    baseline: Annotated[
        BaselineChoice, About("`migrations` or `models`: what builds the old database", "WORD", "`auto`")
    ] = "auto"
    setup: Annotated[
        list[str], About("run first in every database, by an administrator; `@FILE` reads a file", "SQL")
    ] = []
    rows: Annotated[
        str,
        About(
            "rows of your own for the old database, besides the bot's: an SQL script, or an archive of `pg_dump`",
            "FILE",
        ),
    ] = ""
    scale: Annotated[
        int,
        About("rows for each table that the upgrade touches, to measure how long it takes; 0 measures nothing", "ROWS"),
    ] = 0
    sizes: Annotated[
        str, About("how many rows the tables have in production (CSV), to foretell how long it takes there", "FILE")
    ] = ""
    env: Annotated[
        list[str],
        About("settings that the project's code needs; {checkout} in one is the folder of its side", "NAME=VALUE"),
    ] = []
    env_file: Annotated[str, About("a file of such settings (`.env`); `--env` wins", "PATH")] = ""
    message: Annotated[str, About("the message of the migration", "TEXT", "made from the change")] = ""
    rename: Annotated[list[str], About("what was renamed: a schema, table, column, enum type or label", "OLD=NEW")] = []
    fill: Annotated[list[str], About("what existing rows get", "TABLE.COLUMN=SQL")] = []
    using: Annotated[list[str], About("how old values become new ones", "TABLE.COLUMN=SQL")] = []
    clean: Annotated[
        list[str], About("no existing row breaks the constraint, or the column's new type", "TABLE.CONSTRAINT")
    ] = []
    include_drift: Annotated[bool, About("repair older drift in the same migration", default="false")] = False
    safer: Annotated[bool, About("write the migration in steps that keep the application running", default="false")] = (
        False
    )
    require_migration: Annotated[
        bool, About("exit with 1 when the change needs a migration that is not in it", default="false")
    ] = False
    write: Annotated[bool, About("put the generated file into the working tree", local=True)] = False
    output_dir: Annotated[
        str,
        About(
            "write `report.json`, `report.sarif`, `views.json` (tables and diagrams), `comment.md` and `migrations/…` "
            "there",
            "DIR",
            local=True,
        ),
    ] = ""
    format: Annotated[
        Format,
        About(
            "what goes to standard output: `text`, `markdown`, `json`, or `sarif` for code scanning", "WORD", "`text`"
        ),
    ] = "text"
    fail_on: Annotated[FailOn, About("when to exit with 1: `error`, `warning`, `never`", "WORD", "`error`")] = "error"
    profile: Annotated[
        str,
        About("write where the time went, for a trace viewer (ui.perfetto.dev)", "FILE", local=True),
    ] = ""
    no_cache: Annotated[bool, About("prepare everything again", local=True)] = False
    verbose: Annotated[bool, About("show what the tools print, and where the time went", short="v", local=True)] = False


@dataclass(frozen=True)
class Option:
    """One field of `Options`; `key` is its name in options, inputs and settings."""

    key: str
    hint: Any
    about: About

    @property
    def is_list(self) -> bool:
        return get_origin(self.hint) is list

    @property
    def is_flag(self) -> bool:
        return self.hint is bool

    @property
    def is_number(self) -> bool:
        return self.hint is int

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it may be; empty for other types."""
        return get_args(self.hint) if get_origin(self.hint) is Literal else ()

    @property
    def flags(self) -> tuple[str, ...]:
        """As on the command line."""
        if len(self.key) == 1:
            return (f"-{self.key}",)
        return (*([f"-{self.about.short}"] if self.about.short else []), f"--{self.key}")

    @property
    def form(self) -> str:
        """What a value must be, for an error."""
        if self.is_list:
            return "a string or a list of strings"
        if self.is_flag:
            return "true or false"
        if self.is_number:
            return "a whole number"
        return f"one of {', '.join(self.choices)}" if self.choices else "a string"


@cache
def all_options() -> Mapping[str, Option]:
    """By key, in the order in which they are documented."""
    hints = get_type_hints(Options, include_extras=True)
    found = {}
    for field in msgspec.structs.fields(Options):
        hint, about = get_args(hints[field.name])
        found[field.encode_name] = Option(field.encode_name, hint, about)
    return found


def shared_options() -> Mapping[str, Option]:
    """Those that inputs and settings have as well."""
    return {key: option for key, option in all_options().items() if not option.about.local}


def made(given: Mapping[str, Any]) -> Options:
    """Options of checked values."""
    return msgspec.convert(given, Options)
