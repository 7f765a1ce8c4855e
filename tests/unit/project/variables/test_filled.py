"""Values for what a project's code asks for, in two states of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.discovery.environments import AlembicConfig
from bot.project.variables.filled import Filling, together
from tests.support.folders import write


def _filling(checkout: Path, **modules: str) -> Filling:
    imports = "".join(f"import {name}\n" for name in modules)
    write(checkout, {"migrations/env.py": imports, **{f"{name}.py": text for name, text in modules.items()}})
    config = AlembicConfig("alembic.ini", "ini", "alembic", "migrations", ".", "migrations")
    return Filling(checkout, config, frozenset())


@pytest.mark.parametrize(
    ("name", "files", "found"),
    [
        ("TOML_CONFIG_PATH", [".config/dev.config.toml", "pyproject.toml"], ".config/dev.config.toml"),
        ("APP_CONFIG_FILE", ["config/prod.config.yaml", "config/test.config.yaml"], "config/test.config.yaml"),
        ("YAML_CONFIG_FILE", ["config.json", "config.yml"], "config.yml"),
        ("DATA_PATH", ["config.yml"], "."),
    ],
)
def test_a_path_of_settings_is_one_of_the_repository(tmp_path: Path, name: str, files: list[str], found: str) -> None:
    """A folder was given, and the code could not open it."""
    filling = _filling(tmp_path, settings=f'import os\nos.environ["{name}"]\n')
    write(tmp_path, dict.fromkeys(files, ""))
    assert filling.all_of([name], {}) == {name: found}


def test_a_name_that_one_side_does_not_know_has_the_default_of_the_other(tmp_path: Path) -> None:
    """Head had renamed a setting, and base's own default was overwritten by a word made of its name."""
    read = 'import os\nVALIDITY = int(os.getenv("VALIDITY", 60))\n'
    head = _filling(tmp_path / "head", settings="import os\n")
    base = _filling(tmp_path / "base", settings=read)
    assert together([head, base], ["VALIDITY"], {}) == {}
    assert together([head], ["VALIDITY", "TOKEN"], {"TOKEN": "x"}) == {"VALIDITY": "validity"}
    bare = _filling(tmp_path / "bare", settings='import os\nVALIDITY = int(os.environ["VALIDITY"])\n')
    assert together([head, bare], ["VALIDITY"], {}) == {"VALIDITY": "1"}


@pytest.mark.parametrize("more", ["", ", silent=False"])
def test_a_file_that_flask_reads_is_named_whole(tmp_path: Path, more: str) -> None:
    """Flask starts from the folder of the application's package, wherever it is run."""
    filling = _filling(tmp_path, shop=f'app.config.from_envvar("SHOP_SETTINGS"{more})\n')
    write(tmp_path, {"conf/settings.py": "", "compose.yml": "      - SHOP_SETTINGS=/app/settings.py\n"})
    assert filling.needed((), {}) == {"SHOP_SETTINGS": "{checkout}/conf/settings.py"}


def test_a_file_that_flask_may_do_without_is_not_asked_for(tmp_path: Path) -> None:
    filling = _filling(tmp_path, shop='app.config.from_envvar("SHOP_SETTINGS", silent=True)\n')
    write(tmp_path, {"conf/settings.py": "", "compose.yml": "      - SHOP_SETTINGS=/app/settings.py\n"})
    assert filling.needed((), {}) == {}


def test_a_setting_that_a_message_names_is_given_although_it_has_a_default(tmp_path: Path) -> None:
    """\"API_KEY is not allowed to be empty in production\": what the code had, it refused."""
    filling = _filling(tmp_path, settings='class S(BaseSettings):\n    api_key: str = ""\n    level: str = "info"\n')
    write(tmp_path, {".env.example": "API_KEY=shop-dev-key\n"})
    named = filling.named("missing API_KEY, or shop-dev-key, is no level for production", {})
    assert list(named) == ["API_KEY"]
    assert "shop" not in named["API_KEY"]
    assert filling.named("missing API_KEY", {"API_KEY": "x"}) == {}


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ('by_name = {"docker": 1, "local": 2, "remote": 3}', "local"),
        ('by_name: dict[str, int] = {"production": 1, "testing": 2}', "testing"),
        ("by_name = dict(staging=1, production=2)", "staging"),
        ('other = {"local": 2}', ""),
        ("by_name = {1: 2}", ""),
    ],
)
def test_a_value_that_is_looked_up_in_a_table_is_one_of_its_keys(tmp_path: Path, table: str, found: str) -> None:
    """`configs[os.environ["DB"]]` ended with a KeyError for the value that was made up."""
    filling = _filling(
        tmp_path, tables=table, settings="import os, tables\n\nmade = tables.by_name[os.environ['DB']]\n"
    )
    assert filling.key_in_place_of("CONFIG", "db", "settings.py, line 3: KeyError: 'db'") == found
    assert filling.key_in_place_of("CONFIG", "db", "settings.py, line 3: KeyError: 'DB'") == ""


def test_settings_that_are_made_of_others_get_no_value_of_their_own(tmp_path: Path) -> None:
    """pydantic says that `db` is missing, and reads a value for it as JSON."""
    inner = "class Db(BaseModel):\n    host: str\n"
    options = '    model_config = Dict(env_nested_delimiter="__")\n'
    filling = _filling(tmp_path, settings=f"{inner}class S(BaseSettings):\n    db: Db\n    token: str\n{options}")
    assert list(filling.needed(["DB", "TOKEN"], {})) == ["TOKEN", "DB__HOST"]


@pytest.mark.parametrize(
    ("engine", "installed", "scheme"),
    [
        ("create_engine", ["psycopg2-binary"], "postgresql"),
        ("create_engine", ["asyncpg", "psycopg2"], "postgresql"),
        ("create_async_engine", ["asyncpg", "psycopg2"], "postgresql+asyncpg"),
        ("create_async_engine", ["psycopg"], "postgresql+psycopg"),
        ("create_async_engine", ["pg8000"], "postgresql"),
    ],
)
def test_an_address_names_a_driver_only_where_it_is_awaited(
    tmp_path: Path, engine: str, installed: list[str], scheme: str
) -> None:
    """Code asks whether the scheme is `postgresql`, or replaces it."""
    filling = _filling(tmp_path, settings=f"from sqlalchemy import {engine}\nimport os\nos.environ['DB_URL']")
    found = replace(filling, installed=frozenset(installed)).needed([], {})
    assert found == {"DB_URL": f"{scheme}://user:password@database.invalid:5432/database"}


REFUSED = {
    "pydantic": (
        "1 validation error for Settings\nMODE\n  Input should be 'prod', 'test' or 'dev' [type=enum]",
        "test",
    ),
    "pydantic 1": (
        "1 validation error for Settings\nmode\n  not a valid enumeration member; permitted: 'x', 'dev' (type)",
        "dev",
    ),
    "an assertion": ("settings.py, line 3: AssertionError: MODE must be one of prod, staging, ci", "ci"),
    "a list": ("ValueError: Unknown MODE: wrong. Must be one of ['local', 'prod']", "local"),
    "an enum": ("settings.py, line 3: ValueError: 'wrong' is not a valid Mode", "test"),
    "pydantic, a class of a library's": (
        "1 validation error for Kafka\naMode\n"
        "  Input should be 'LIVE', 'PLAIN' or 'TEST' [type=enum, input_value='wrong', input_type=str]",
        "TEST",
    ),
    "one that asks for more": ("MODE: Input should be 'SASL_SSL', 'SSL' or 'PLAINTEXT'", "PLAINTEXT"),
    "a word for a boolean": ("general.py, line 3: ValueError: invalid truth value 'wrong'", "false"),
    "decouple": ("ValueError: Not a boolean: wrong", "false"),
    "a whole number": ("ValueError: invalid literal for int() with base 10: 'wrong'", "1"),
    "a number": ("ValueError: could not convert string to float: 'wrong'", "1"),
    "a date": ("ValueError: Invalid isoformat string: 'wrong'", "2020-01-01"),
    "environs": ("EnvValidationError: Environment variable \"MODE\" invalid: ['Not a valid boolean.']", "false"),
    "another's number": ("ValueError: invalid literal for int() with base 10: 'x'", ""),
    "a value that is taken": ("MODE must be one of wrong, right", ""),
    "another setting": ("LEVEL must be one of high, low", ""),
    "something else": ("RuntimeError: MODE is one of a kind", ""),
}


@pytest.mark.parametrize(("message", "found"), REFUSED.values(), ids=REFUSED)
def test_a_value_that_is_refused_gives_way_to_one_that_is_taken(tmp_path: Path, message: str, found: str) -> None:
    modes = 'class Mode(enum.Enum):\n    PROD = "prod"\n    TEST = "test"\n'
    filling = _filling(tmp_path, settings=f"import enum, os\n{modes}mode = Mode(os.environ['MODE'])")
    assert filling.key_in_place_of("MODE", "wrong", message) == found


def test_a_setting_of_an_enum_gets_one_of_its_labels(tmp_path: Path) -> None:
    modes = 'class Mode(str, Enum):\n    PRODUCTION = "prod"\n    local = "local"\n'
    settings = f"{modes}class S(BaseSettings):\n    mode: Mode\n    kind: Mode = Field(...)\n"
    assert _filling(tmp_path, settings=settings).needed([], {}) == {"MODE": "local", "KIND": "local"}


@pytest.mark.parametrize("order", [1, -1])
def test_an_address_that_has_a_default_elsewhere_is_given_to_the_place_without_one(tmp_path: Path, order: int) -> None:
    """`option values must be strings`, said Alembic: eight other modules had a default for it."""
    other, env = 'import os\nos.environ.get("SHOP_DB_URL", DEFAULT)\n', 'import os\nos.getenv("SHOP_DB_URL")\n'
    filling = _filling(tmp_path, **dict(zip("ab", [other, env][::order], strict=True)))
    assert filling.needed((), {}) == {"SHOP_DB_URL": "postgresql://user:password@database.invalid:5432/database"}
