"""Values fit the type, lead nowhere, and select PostgreSQL."""

import pytest

from bot.project.variables import values
from bot.project.variables.asked import Asked

DRIVER = "postgresql+asyncpg"
ADDRESS = f"{DRIVER}://user:password@database.invalid:5432/database"

BOT = "123456:" + "0123456789abcdef" * 4

MADE_UP = [
    ("DATABASE_URL", "", ADDRESS),
    ("SQLALCHEMY_DATABASE_URI", "", ADDRESS),
    ("DSN", "PostgresDsn", ADDRESS),
    ("DB_ENGINE", "str", "postgresql"),
    ("DB_PORT", "int", "5432"),
    ("DB_HOST", "str", "db-host.invalid"),
    ("AWS_DEFAULT_REGION", "", "us-east-1"),
    ("PULSE_CONNECTION_TIMEOUT", "", "1"),
    ("QUEUE_CONNECTION_STRING", "", "https://queue-connection-string.invalid"),
    ("REDIS_URL", "RedisDsn", "redis://redis-url.invalid"),
    ("CELERY_BROKER_URL", "", "https://celery-broker-url.invalid"),
    ("API_BASE", "HttpUrl", "https://api-base.invalid"),
    ("SENTRY_DSN", "", "https://key@sentry.invalid/1"),
    ("APP_SENTRY_DSN", "HttpUrl", "https://key@sentry.invalid/1"),
    ("DEBUG", "bool", "false"),
    ("POOL_SIZE", "", "1"),
    ("RATE", "float", "1"),
    ("ORIGINS", "list[str]", "[]"),
    ("LABELS", "Dict[str, str]", "{}"),
    ("FIRST_USER", "EmailStr", "nobody@example.com"),
    ("ENVIRONMENT", "Literal['local', 'production']", "local"),
    ("SECRET_KEY", "SecretStr", "0123456789abcdef" * 4),
    ("BOT_TOKEN", "str", BOT),
    ("TG_BOT__TOKEN", "SecretStr", BOT),
    ("TOKEN_TELEGRAM", "", BOT),
    ("ROBOT_NAME", "str", "robot-name"),
    ("TITLE", "str", "title"),
]


@pytest.mark.parametrize(("name", "written", "expected"), MADE_UP)
def test_made_up(name: str, written: str, expected: str) -> None:
    assert values.value_for(Asked(name, needed=True, written=written), [], DRIVER) == expected


SHOWN = [
    ("DATABASE_URL", "", ["sqlite:///a.db", "postgresql://a:b@db:5432/c"], "postgresql://a:b@db.invalid:5432/c"),
    ("DATABASE_URL", "", ["mysql://a:b@db/c"], ADDRESS),
    ("DB_URL", "", ["url", "localhost"], ADDRESS),
    ("DB_ENGINE", "", ["sqlite", "postgres"], "postgres"),
    ("DB_HOST", "", ["db.example.org"], "db.invalid"),
    ("KAFKA", "", ["one:9092,two:9092"], "one.invalid:9092,two.invalid:9092"),
    ("API_URL", "", ["https://api.real.org/v1?a=b"], "https://api-url.invalid/v1?a=b"),
    ("ORIGINS", "List[AnyHttpUrl]", ['["http://a", "http://b:80"]'], '["http://a.invalid", "http://b.invalid:80"]'),
    ("POOL", "int", ["many", "7"], "7"),
    ("POOL", "int", ["many"], "1"),
    ("FLAG", "bool", ["perhaps", "yes"], "yes"),
    ("TITLE", "str", ["A Title"], "A Title"),
    ("BOT_TOKEN", "str", ["your-token", "777:shown"], "777:shown"),
    ("BOT_TOKEN", "str", ["your-token"], BOT),
    ("BIND_HOST", "", ["0.0.0.0"], "0.0.0.0"),
]


@pytest.mark.parametrize(("name", "written", "shown", "expected"), SHOWN)
def test_shown_by_the_repository(name: str, written: str, shown: list[str], expected: str) -> None:
    assert values.value_for(Asked(name, needed=True, written=written), shown, DRIVER) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (Asked("TOKEN", needed=True), True),
        (Asked("TOKEN", needed=False), False),
        (Asked("DATABASE_URL", needed=False), True),
        (Asked("DATABASE_URL", needed=False, default="sqlite:///a.db"), True),
        (Asked("DATABASE_URL", needed=False, default="psql://postgres:"), True),
        (Asked("DATABASE_URL", needed=False, default="mysql+pymysql://a/b"), True),
        (Asked("DATABASE_URL", needed=False, default="postgresql://a/b"), False),
        (Asked("DATABASE_URL", needed=False, default="postgres+asyncpg://a/b"), False),
        (Asked("DB_PROVIDER", needed=False, default="None", written="Provider | None"), False),
        (Asked("DB_PROVIDER", needed=False, default="None", written="Optional[AbstractProvider]"), False),
        (Asked("DB_URL", needed=False, default="None", written="PostgresDsn | None"), True),
        (Asked("DB_URL", needed=False, default="None", written="Optional[SecretStr]"), True),
        (Asked("DB_URL", needed=False, default="None", written="str | None"), True),
        (Asked("MONGO_DB_URL", needed=False, default="mongodb://a/b"), False),
    ],
)
def test_an_address_of_another_kind_of_database_is_no_default(item: Asked, expected: bool) -> None:
    assert values.is_needed(item) == expected
