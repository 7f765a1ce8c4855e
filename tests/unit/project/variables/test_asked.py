"""Names of variables, whatever library reads them, with defaults told apart."""

import pytest

from bot.project.variables.asked import Asked, asked

NEEDED = {
    "a subscript": 'import os\nTOKEN = os.environ["TOKEN"]',
    "a constant": 'import os\nKEY_TOKEN = "TOKEN"\nTOKEN = os.environ[KEY_TOKEN]',
    "an imported mapping": 'from os import environ\nTOKEN = environ["TOKEN"]',
    "pydantic": "class Base(BaseSettings): ...\nclass Settings(Base):\n    token: str",
    "pydantic with an ellipsis": "class Settings(BaseSettings):\n    token: str = Field(...)",
    "pydantic with a prefix": 'class S(BaseSettings):\n    ken: str\n    model_config = Dict(env_prefix="TO")',
    "pydantic 1 with a prefix": 'class S(BaseSettings):\n    ken: str\n    class Config:\n        env_prefix = "to"',
    "pydantic with a name": 'class S(BaseSettings):\n    other: str = Field(env="TOKEN")',
    "pydantic with an alias": 'class S(BaseSettings):\n    other: str = Field(validation_alias="TOKEN")',
    "starlette": 'config = Config(".env")\nTOKEN = config("TOKEN", cast=Secret)',
    "decouple": 'from decouple import config\nTOKEN = config("TOKEN")',
    "environs": 'env = Env()\nTOKEN = env.str("TOKEN")',
    "django-environ": 'import environ\nenv = environ.Env()\nTOKEN = env("TOKEN")',
    "dynaconf": 'settings = Dynaconf(validators=[Validator("TOKEN", must_exist=True)])',
    "a function of its own": 'TOKEN = get_env_variable("TOKEN")',
    "a function that is to fail": 'from own import getenv\nTOKEN = getenv("TOKEN", mandatory=True)',
}
DEFAULTS = {
    "getenv": 'import os\nTOKEN = os.getenv("TOKEN")',
    "a constant": 'import os\nKEY: str = "TOKEN"\nTOKEN = os.environ.get(KEY)',
    "get": 'import os\nTOKEN = os.environ.get("TOKEN", "x")',
    "pydantic": 'class S(BaseSettings):\n    token: str = "x"',
    "pydantic, optional": "class S(BaseSettings):\n    token: str | None",
    "pydantic, a factory": "class S(BaseSettings):\n    token: list[str] = Field(default_factory=list)",
    "starlette": 'config = Config(".env")\nTOKEN = config("TOKEN", default="x")',
    "decouple": 'from decouple import config\nTOKEN = config("TOKEN", default="x", cast=str)',
    "environs": 'env = Env()\nTOKEN = env.str("TOKEN", "x")',
}


@pytest.mark.parametrize("source", NEEDED.values(), ids=NEEDED)
def test_a_name_without_default_is_needed(source: str) -> None:
    assert {name: item.needed for name, item in asked([source]).items()} == {"TOKEN": True}


@pytest.mark.parametrize("source", DEFAULTS.values(), ids=DEFAULTS)
def test_a_name_with_a_default_is_not(source: str) -> None:
    assert {name: item.needed for name, item in asked([source]).items()} == {"TOKEN": False}


def test_settings_classes_are_known_across_files() -> None:
    sources = [
        "class Common(BaseSettings): ...",
        "class Settings(Common):\n    port: int",
        "class Other(Model):\n    x: int",
    ]
    assert asked(sources) == {"PORT": Asked("PORT", needed=True, written="int")}


def test_settings_within_settings() -> None:
    """One variable was made up for the whole of them, which pydantic could not read as JSON."""
    classes = (
        "class Server(BaseModel):\n    url: PostgresDsn\n    size: int = 5\nclass Db(BaseModel):\n    main: Server\n"
    )
    fields = "    db: Db\n    log: Db = Db()\n    other: Unknown\n"
    options = '    model_config = Dict(env_prefix="app_", env_nested_delimiter="__")\n'
    found = asked([classes, "class S(BaseSettings):\n" + fields + options])
    needed = {name: item.written for name, item in found.items() if item.needed}
    assert needed == {"APP_DB__MAIN__URL": "PostgresDsn", "APP_OTHER": "Unknown"}
    assert "APP_DB" in asked([classes, "class S(BaseSettings):\n" + fields.replace("db", "app_db")])


DEFAULT = {
    'import os\nos.getenv("TOKEN")': None,
    'import os\nos.getenv("TOKEN", "x")': "x",
    'import os\nos.getenv("TOKEN", default())': "default()",
    'import os\nos.getenv("TOKEN", "")': "",
    'class S(BaseSettings):\n    token: str = ""': "",
    'class S(BaseSettings):\n    token: str = Field(default="")': "",
    "class S(BaseSettings):\n    token: list[str] = []": "[]",
    "class S(BaseSettings):\n    token: str | None = None": "None",
    "class S(BaseSettings):\n    token: str = Field('x')": "x",
    "class S(BaseSettings):\n    token: dict = Field(default_factory=dict)": "dict",
}


@pytest.mark.parametrize("source", DEFAULT)
def test_what_the_code_has_without_it(source: str) -> None:
    """Variables with a default were given a value, too, which broke the run."""
    assert asked([source])["TOKEN"].default == DEFAULT[source]


CASTS = {
    'int(os.environ["TOKEN"])': "int",
    'int(os.getenv("TOKEN", default=60))': "int",
    'int(os.environ.get("TOKEN") or 60)': "int",
    'float(getenv("TOKEN", mandatory=True))': "float",
    'json.loads(os.environ["TOKEN"])': "Json",
    'str_is_true(os.environ["TOKEN"])': "bool",
    'utils.str2bool(os.environ["TOKEN"])': "bool",
    'uuid.UUID(os.environ["TOKEN"])': "UUID",
    'config("TOKEN", cast=int)': "int",
    'config.list("TOKEN", subcast=int)': "int",
    'print(os.environ["TOKEN"])': "",
}


@pytest.mark.parametrize("source", CASTS)
def test_what_a_value_is_turned_into_where_it_is_read(source: str) -> None:
    """A name that sounds like a text was given one, which `int()` does not take."""
    assert asked([f"config = Config()\n{source}"])["TOKEN"].written == CASTS[source]


def test_what_is_needed_anywhere_is_needed() -> None:
    found = asked(['import os\nos.getenv("TOKEN", "x")', 'import os\nos.environ["TOKEN"]'])
    assert found["TOKEN"].needed


@pytest.mark.parametrize("order", [1, -1])
def test_the_type_that_is_written_holds_wherever_it_is_read(order: int) -> None:
    """pydantic reads the same variable by itself, and as what the annotation says."""
    field = "class Settings(BaseSettings):\n    TOKEN: dict = {'name': read('TOKEN')}"
    found = asked([field, "config = Config()\nconfig('TOKEN')"][::order])["TOKEN"]
    assert (found.needed, found.written) == (True, "dict")


@pytest.mark.parametrize(
    "source", ["this is no Python", "\x00", 'os.environ["TOKEN"] = "x"', "os.environ[name]", "f()"]
)
def test_what_asks_for_nothing(source: str) -> None:
    assert asked([source]) == {}


def test_the_file_that_is_the_default_in_one_place_is_known_in_all() -> None:
    sources = ['import os\nos.environ.get("APP_CONFIG")', 'import os\nos.environ.get("APP_CONFIG", "/etc/app/app.cfg")']
    for given in (sources, sources[::-1]):
        assert asked(given)["APP_CONFIG"].file == "/etc/app/app.cfg"
    assert asked(['import os\nos.environ.get("APP_MODE", "config.Development")'])["APP_MODE"].file == ""


def test_fields_of_a_class_above_have_the_prefix_of_each_class_below() -> None:
    source = """
class Address(BaseSettings):
    user: str
    port: int
    dsn: str = ""
class Shop(Address):
    port: int = 5432
    class Config:
        env_prefix = "SHOP_"
"""
    found = {name: item.needed for name, item in asked([source]).items() if name.startswith("SHOP_")}
    assert found == {"SHOP_USER": True, "SHOP_PORT": False, "SHOP_DSN": False}


@pytest.mark.parametrize(
    ("call", "default", "written"),
    [
        ("get_env('SIZE', 10)", "10", "int"),
        ("get_env('SIZE', default=False)", "False", "bool"),
        ("get_setting('SIZE', 'small')", "small", "get_setting"),
        ("read_config('SIZE', int)", None, "int"),
        ("get_env('SIZE', None)", None, "get_env"),
        ("config('SIZE', default='small')", "small", ""),
    ],
)
def test_what_a_function_of_the_projects_own_falls_back_on(call: str, default: str | None, written: str) -> None:
    """A name with a default was given a text, of which no number could be made."""
    item = asked([f"config = Config()\n{call}"])["SIZE"]
    assert (item.needed, item.default, item.written) == (False, default, written)
