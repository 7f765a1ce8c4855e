"""`[tool.migration-bot]` and the inputs of the action: values of any type and size."""

import errno
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import settings
from bot.errors import UsageError
from bot.settings import ActionRequest, Settings, files, options, sources
from tests.properties import hostile
from tests.properties.refusals import told
from tests.support.process import machine_with

KEYS = list(options.shared_options())
keys = st.one_of(st.sampled_from(KEYS), hostile.texts)
words = st.one_of(hostile.texts, st.sampled_from(["auto", "error", "never", "A=b", "a.b=1", "@missing.sql"]))
values = st.one_of(words, st.lists(words, max_size=3), hostile.anything)


def _toml(value: Any) -> str:
    """The value as TOML; what TOML has no word for becomes one that is refused for its type."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and len(bin(value)) > 10_000:
        return hex(abs(value))
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return "1979-05-27" if value is None else _text(value)


def _text(text: str) -> str:
    return '"' + "".join(f"\\U{ord(character):08x}" for character in text) + '"'


def _nothing(path: str) -> bytes:
    raise FileNotFoundError(errno.ENOENT, "there is no such file", path)


def _from_table(text: str, folder: Path) -> Settings | None:
    asked = ActionRequest(repo=folder, base="a", head="b", output_dir=folder, files=_nothing)
    try:
        return settings.from_inputs({}, sources.table(text), asked, machine_with({}))
    except UsageError as error:
        told(error)
        return None


@given(st.dictionaries(keys, values, max_size=4))
def test_a_table_is_settings_or_refused(table: dict[str, Any]) -> None:
    text = "[tool.migration-bot]\n" + "".join(f"{_text(key)} = {_toml(value)}\n" for key, value in table.items())
    made = _from_table(text, Path("/nowhere"))
    assert made is None or isinstance(made.database, str)
    assert made is None or all(isinstance(name, str) for name in (*made.configs, *made.env))


@given(st.one_of(hostile.texts, st.builds("[tool]\nmigration-bot = {}".format, values.map(_toml))))
@example("[" * 100_000)
@example("[tool.migration-bot]\na = " + "[" * 100_000)
@example("[tool.migration-bot]\nmessage = " + "9" * 5_000)
@example("tool = 3")
@example("[tool.migration-bot]\nmessage = 'a'\nmessage = 'b'")
def test_any_file_is_settings_or_refused(text: str) -> None:
    _from_table(text, Path("/nowhere"))


@given(st.binary(max_size=40))
def test_any_bytes_are_settings_or_refused(tmp_path_factory: Any, data: bytes) -> None:
    path = tmp_path_factory.mktemp("settings") / "pyproject.toml"
    path.write_bytes(data)
    try:
        assert isinstance(sources.read_table(path), dict)
    except UsageError as error:
        told(error)


@given(st.dictionaries(st.one_of(st.sampled_from(KEYS), st.just("cache-dir")), hostile.lines, max_size=4))
@example({"fill": "\x1b" * 190})
@example({"rows": "\x1b" * 194})
def test_inputs_are_settings_or_refused(inputs: dict[str, str]) -> None:
    asked = ActionRequest(repo=Path("/nowhere"), base="a", head="b", output_dir=Path("/nowhere"), files=_nothing)
    try:
        made = settings.from_inputs(inputs, {}, asked, machine_with({}))
    except UsageError as error:
        told(error)
        return
    assert made.baseline in ("auto", "migrations", "models")
    assert made.fail_on in ("error", "warning", "never")


def test_a_file_of_sql_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "setup.sql").write_bytes(b"SELECT '\xff'")
    with pytest.raises(UsageError, match="is not UTF-8 text"):
        settings.from_options({"repo": str(tmp_path), "setup": ["@setup.sql"]}, machine_with({}))


@given(st.text("ab=\"' ", max_size=12), hostile.lines)
def test_a_variable_keeps_its_value(name: str, value: str) -> None:
    try:
        found = files.variables([f"{name}={value}"])
    except UsageError as error:
        told(error)
        return
    assert f"{name}={value}".partition("=")[2] in found.values()
