"""Values of settings from where they are given: inputs of the action, the command line, `[tool.migration-bot]`.

Out: checked values by key (`fail-on`), which become `Options` when all sources are merged. Raises `UsageError` for one
that is not allowed, which names its source.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from bot.errors import UsageError
from bot.settings.options import Option, all_options, shared_options
from bot.system import toml


def read_inputs(inputs: Mapping[str, str]) -> dict[str, Any]:
    """The inputs of the action that are settings; raises `UsageError` for one that is not allowed."""
    return {
        key: _checked(option, _typed(option, inputs[key]), f"the input {key}")
        for key, option in shared_options().items()
        if inputs.get(key, "").strip()
    }


def _typed(option: Option, text: str) -> Any:
    if option.is_list:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if option.is_flag:
        return {"true": True, "false": False}.get(text.strip(), text)
    if option.is_number:
        return _number(text)
    return text


def _number(text: str) -> int | str:
    """As people write it: `300_000`, too."""
    plain = text.strip()
    return int(plain) if re.fullmatch(r"\d(_?\d){0,17}", plain, re.ASCII) else text


def read_arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the command line has, by key; options that were not given are left out."""
    return {
        key: _checked(option, _number(value) if option.is_number else value, option.flags[-1])
        for key, option in all_options().items()
        if (value := given.get(key)) not in (None, [], "", False)
    }


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
        tools = toml.loads(text).get("tool", {})
    except (ValueError, RecursionError):
        return {}  # whether the project can live with a broken file is not for the settings to say
    given = tools.get("migration-bot", {}) if isinstance(tools, dict) else {}
    if not isinstance(given, dict):
        raise UsageError("[tool.migration-bot] in pyproject.toml is not a table")
    return {key: _setting(key, value) for key, value in given.items()}


def _setting(key: str, value: Any) -> Any:
    where = f"[tool.migration-bot] {key[:60]} in pyproject.toml"
    known = shared_options()
    if key not in known:
        raise UsageError(f"{where}: there is no such setting", f"The settings are: {', '.join(sorted(known))}.")
    if key == "env" and isinstance(value, dict):
        value = [f"{name}={_variable(where, each)}" for name, each in value.items()]
    if known[key].is_list and isinstance(value, str):
        value = [value]
    return _checked(known[key], value, where)


def _variable(where: str, value: Any) -> str:
    if isinstance(value, str | float) or (isinstance(value, int) and value.bit_length() <= 64):
        return str(value)
    raise UsageError(f"{where} must be a table of strings and numbers, not {_shown(value)}")


def _checked(option: Option, value: Any, where: str) -> Any:
    try:
        value = msgspec.convert(value, option.hint)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where} must be {option.form}, not {_shown(value)}") from error
    if any("\x00" in text for text in (value if option.is_list else [str(value)])):
        raise UsageError(f"{where} holds a NUL character")  # no program's argument and no variable can hold one
    return value


def _shown(value: Any) -> str:
    """A value as an error quotes it: whatever it is, it is short."""
    return repr(value[:60]) if isinstance(value, str) else f"one of type {type(value).__name__}"
