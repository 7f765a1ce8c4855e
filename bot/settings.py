"""Settings: what the user asked for, from options, action inputs and `[tool.migration-bot]`.

The only reader of `os.environ`. Everything after this module receives values.
"""

import errno
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from bot.decisions import KINDS, Answer, Source
from bot.errors import UsageError

FailOn = Literal["error", "warning", "never"]
BaselineChoice = Literal["auto", "migrations", "models"]
Format = Literal["text", "markdown", "json"]

# What the project's code and its installer may see of the bot's environment: no token, no secret.
_PASSED_ON = (
    "PATH LANG LC_ALL TZ SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PIP_CERT"
    " HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy"
    " UV_EXCLUDE_NEWER UV_INDEX_URL UV_EXTRA_INDEX_URL UV_DEFAULT_INDEX UV_INDEX UV_FIND_LINKS UV_PYTHON_PREFERENCE"
    " UV_INDEX_STRATEGY UV_PYTHON_DOWNLOADS PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS"
).split()


LARGEST_FILE = 64 * 1024**2  # bytes of a file that a setting names: it is kept in memory

# What a file of the repository holds, by its path. Raises `OSError`.
Files = Callable[[str], bytes]


@dataclass(frozen=True)
class RowsFile:
    """Rows of the user's own: an SQL script or an archive of `pg_dump`, whichever the content is."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One run. Paths are absolute; empty strings and tuples mean "not given".

    `env` is for the project's code alone; `tool_env` is what it and its installer get besides. `timeout` is in
    seconds, for each thing that the project's code is asked to do.
    """

    repo: Path
    base: str = ""
    head: str = ""
    configs: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    database: str = "embedded"
    python: str = "auto"
    install: str = ""
    baseline: BaselineChoice = "auto"
    setup: tuple[str, ...] = ()
    rows: RowsFile | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    tool_env: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    answers: tuple[Answer, ...] = ()
    include_drift: bool = False
    write: bool = False
    output_dir: Path | None = None
    format: Format = "text"
    fail_on: FailOn = "error"
    cache: bool = True
    cache_dir: Path
    timeout: float = 300.0
    verbose: bool = False


# Keys of [tool.migration-bot], with what they may hold.
_LISTS = ("config", "models", "setup", *KINDS)
_WORDS = ("database", "python", "install", "message", "rows")
_CHOICES = {"baseline": get_args(BaselineChoice), "fail-on": get_args(FailOn)}
_FLAGS = ("include-drift",)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an action run is about: commits, where they are, what was decided by commands.

    `files` reads the base revision, so that a pull request cannot change what a setting means.
    """

    repo: Path
    base: str
    head: str
    output_dir: Path
    files: Files
    message: str = ""
    answers: tuple[Answer, ...] = ()


def from_inputs(
    inputs: Mapping[str, str], base_table: Mapping[str, Any], asked: Asked, environ: Mapping[str, str]
) -> Settings:
    """Settings of an action run: inputs first, then base's `[tool.migration-bot]`; commands above both.

    Raises `UsageError` for an input that is not allowed, naming it.
    """
    given: dict[str, Any] = {}
    for key in (*_LISTS, "env"):
        lines = [line.strip() for line in inputs.get(key, "").splitlines() if line.strip()]
        if lines:
            given[key] = lines
    for key in _WORDS:
        if inputs.get(key):
            given[key] = inputs[key]
    for key, allowed in _CHOICES.items():
        if inputs.get(key):
            if inputs[key] not in allowed:
                raise UsageError(f"the input {key} must be one of {', '.join(allowed)}, not {_shown(inputs[key])}")
            given[key] = inputs[key]
    options = {**base_table, **given, "repo": str(asked.repo), "base": asked.base, "head": asked.head}
    options["output_dir"] = str(asked.output_dir)
    if asked.message:
        options["message"] = asked.message
    where = {**environ, **({"MIGRATION_BOT_CACHE": inputs["cache-dir"]} if inputs.get("cache-dir") else {})}
    settings = _settings(options, asked.repo, asked.files, where)
    return replace(settings, answers=(*_answers(options, "setting"), *asked.answers))


def from_options(options: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """Settings of a local run: options first, then the repository's `[tool.migration-bot]`.

    Raises `UsageError` for a value that is not allowed, naming it.
    """
    repo = Path(options.get("repo") or ".").absolute()
    if not repo.is_dir():
        raise UsageError(f"--repo {options.get('repo')}: there is no such folder")
    table = read_table(repo / "pyproject.toml")
    merged = {**table, **{key: value for key, value in options.items() if value not in (None, [], "")}}
    settings = _settings(merged, repo, _below(repo), environ)
    return replace(settings, answers=(*_answers(table, "setting"), *_answers(options, "command")))


def _answers(given: Mapping[str, Any], source: Source) -> Iterator[Answer]:
    for kind in KINDS:
        yield from (Answer.read(kind, text, source) for text in given.get(kind) or ())


def _settings(merged: Mapping[str, Any], repo: Path, files: Files, environ: Mapping[str, str]) -> Settings:
    return Settings(
        repo=repo,
        base=merged.get("base", ""),
        head=merged.get("head", ""),
        configs=tuple(merged.get("config", ())),
        models=tuple(merged.get("models", ())),
        database=merged.get("database", "embedded"),
        python=merged.get("python", "auto"),
        install=merged.get("install", ""),
        baseline=merged.get("baseline", "auto"),
        setup=tuple(_script(text, files) for text in merged.get("setup", ())),
        rows=_rows(merged.get("rows", ""), files),
        env=variables(merged.get("env", ())),
        tool_env={name: environ[name] for name in _PASSED_ON if name in environ},
        message=merged.get("message", ""),
        include_drift=bool(merged.get("include-drift", False)),
        write=bool(merged.get("write", False)),
        output_dir=Path(merged["output_dir"]).absolute() if merged.get("output_dir") else None,
        format=merged.get("format", "text"),
        fail_on=merged.get("fail-on", merged.get("fail_on", "error")),
        cache=not merged.get("no_cache", False),
        cache_dir=cache_dir(environ),
        timeout=timeout(environ),
        verbose=bool(merged.get("verbose", False)),
    )


def read_table(path: Path) -> dict[str, Any]:
    """`[tool.migration-bot]` of a `pyproject.toml`; empty when there is none.

    Raises `UsageError` for an unknown key or a value of the wrong type.
    """
    try:
        return table(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, UnicodeDecodeError):
        return {}


def table(text: str) -> dict[str, Any]:
    """The same, from the text of a `pyproject.toml`."""
    try:
        tools = tomllib.loads(text).get("tool", {})
    except (ValueError, RecursionError):
        return {}  # whether the project can live with a broken file is not for the settings to say
    table = tools.get("migration-bot", {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        raise UsageError("[tool.migration-bot] in pyproject.toml is not a table")
    return {key: _checked(key, value) for key, value in table.items()}


def _checked(key: str, value: Any) -> Any:
    where = f"[tool.migration-bot] {key[:60]} in pyproject.toml"
    if key == "env" and isinstance(value, dict):
        value = [f"{name}={_variable(where, each)}" for name, each in value.items()]
    if key in (*_LISTS, "env"):
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise UsageError(f"{where} must be a string or a list of strings")
        return [_without_nul(where, item) for item in items]
    if key in _WORDS and isinstance(value, str):
        return _without_nul(where, value)
    if key in _FLAGS and isinstance(value, bool):
        return value
    if key in _CHOICES and value in _CHOICES[key]:
        return value
    if key in _CHOICES:
        raise UsageError(f"{where} must be one of {', '.join(_CHOICES[key])}, not {_shown(value)}")
    if key in (*_WORDS, *_FLAGS):
        raise UsageError(f"{where} has a value of the wrong type: {_shown(value)}")
    known = ", ".join(sorted((*_LISTS, "env", *_WORDS, *_FLAGS, *_CHOICES)))
    raise UsageError(f"{where}: there is no such setting", f"The settings are: {known}.")


def _variable(where: str, value: Any) -> str:
    if isinstance(value, str | float) or (isinstance(value, int) and value.bit_length() <= 64):
        return str(value)
    raise UsageError(f"{where} must be a table of strings and numbers, not {_shown(value)}")


def _without_nul(where: str, text: str) -> str:
    """No program's argument and no variable can hold one."""
    if "\x00" in text:
        raise UsageError(f"{where} holds a NUL character")
    return text


def _shown(value: Any) -> str:
    """A value as an error quotes it: whatever it is, it is short."""
    return repr(value[:60]) if isinstance(value, str) else f"one of type {type(value).__name__}"


def variables(lines: list[str] | tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE` lines as a mapping; raises `UsageError` for a line without a name."""
    found: dict[str, str] = {}
    for line in lines:
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--env {name[:60]}: this is not of the form NAME=VALUE")
        found[name.strip()] = value
    return found


def _below(repo: Path) -> Files:
    """Files of the working tree; absolute paths are taken as they are."""

    def read(path: str) -> bytes:
        file = repo / path
        if file.is_file() and file.stat().st_size > LARGEST_FILE:
            raise OSError(errno.EFBIG, f"the file has more than {LARGEST_FILE >> 20} MB")
        return file.read_bytes()

    return read


def _file(option: str, path: str, files: Files) -> bytes:
    try:
        return files(path)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"--{option} {path[:200]}: {why}") from error


def _script(text: str, files: Files) -> str:
    """SQL given directly or, with `@`, in a file."""
    if not text.startswith("@"):
        return text
    try:
        return _file("setup", text[1:], files).decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"--setup {text[:200]}: the file is not UTF-8 text") from error


def _rows(path: str, files: Files) -> RowsFile | None:
    if not path:
        return None
    content = _file("rows", path, files)
    if not content.strip():
        raise UsageError(f"--rows {path[:200]}: the file is empty", "Give an SQL script or an archive of pg_dump.")
    return RowsFile(path, content)


def timeout(environ: Mapping[str, str]) -> float:
    """Seconds; raises `UsageError` for what is no number above zero."""
    text = environ.get("MIGRATION_BOT_TIMEOUT") or "300"
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise UsageError(f"MIGRATION_BOT_TIMEOUT is {text[:60]!r}", "Give a number of seconds, at most a day.")
    return seconds


def cache_dir(environ: Mapping[str, str]) -> Path:
    """Where prepared servers, environments and downloads are kept between runs.

    Root's own home is closed to the unprivileged accounts that must read the cache.
    """
    if environ.get("MIGRATION_BOT_CACHE"):
        return Path(environ["MIGRATION_BOT_CACHE"]).absolute()
    if os.geteuid() == 0:
        return Path("/var/cache/migration-bot")
    if environ.get("XDG_CACHE_HOME"):
        return Path(environ["XDG_CACHE_HOME"]) / "migration-bot"
    return Path.home() / ".cache" / "migration-bot"


def environment() -> dict[str, str]:
    """A copy of this process's environment."""
    return dict(os.environ)
