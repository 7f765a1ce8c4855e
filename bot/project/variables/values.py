"""Values for variables that nobody has given: harmless, of the right type, and leading nowhere.

In: a variable as the code asks for it, and what the repository shows for it. Out: its value. Hosts end in `.invalid`,
which no name server knows (RFC 2606); addresses of databases are PostgreSQL's, and are replaced before they are used.
"""

import re

from bot.project.variables import choices
from bot.project.variables.asked import Asked

_HEX = "0123456789abcdef" * 4  # long enough for a key, and to be read as hexadecimal or base64
_FERNET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="  # 32 bytes
_DATABASE = re.compile(r"(^|_)(DATABASE|DB|POSTGRES(QL)?|PG|SQLALCHEMY|SQL|DSN)(_|$)", re.IGNORECASE)
_ADDRESS = re.compile(r"(^|_)((URI|URL|DSN)(_|$)|(CONNECTION(_STRING)?|CONN(_STR)?)$)", re.IGNORECASE)
_HOST = re.compile(r"(^|_)(HOST|HOSTNAME|SERVER|ENDPOINT|ADDR|ADDRESS|DOMAIN|BROKERS?)(S?)(_|$)", re.IGNORECASE)
# A field that no text fits, made by the code: `PROVIDER: Provider | None = None`.
_OF_A_CLASS = re.compile(
    r"(Optional\[)?(?!\w*(Ur[li]|Dsn|URI|Str|Secret|Path|Any|Literal|Annotated|Union))[A-Z]\w*( \||\]|$)"
)
_KIND = re.compile(r"(^|_)(ENGINE|TYPE|KIND|BACKEND|DIALECT|VENDOR)$", re.IGNORECASE)
_NO_POSTGRESQL = re.compile(r"(sqlite|mysql|mariadb|oracle|mssql)", re.IGNORECASE)
_OTHER_SQL = re.compile(r"(?!postgres)\w*(sql|maria|oracle)[\w+]*:")
_SCHEMES = {"REDIS": "redis", "RABBIT": "amqp", "AMQP": "amqp", "MONGO": "mongodb", "ELASTIC": "http"}
_SENTRY = re.compile(r"(^|_)(SENTRY|GLITCHTIP|BUGSINK)(_|$)", re.IGNORECASE)  # its address is called a DSN, too
# A token of Telegram's begins with the bot's number: libraries look at its form when a bot is made.
_BOT_TOKEN = re.compile(r"(BOT|TELEGRAM|(^|_)TG)\w*TOKEN|(^|_)TOKEN_?(BOT|TG|TELEGRAM)", re.IGNORECASE)
_BY_NAME = (
    (_BOT_TOKEN.pattern, f"123456:{_HEX}"),
    (r"AWS_(\w+_)?REGION(_NAME)?$", "us-east-1"),
    (r"PORT$", "5432"),
    (_SENTRY.pattern + ".*DSN", "https://key@sentry.invalid/1"),
    (r"(TIMEOUT|SECONDS|MINUTES|HOURS|DAYS|SIZE|COUNT|LIMIT|MAX|MIN|WORKERS|TTL|EXPIRE\w*|AGE|ATTEMPTS|ID)$", "1"),
    (r"^(IS|USE|ENABLE|DISABLE|ALLOW)_|_?(DEBUG|ENABLED|ECHO)$", "false"),
    (r"FERNET|ENCRYPTION_KEY|ENCRYPT", _FERNET),
    (r"EMAIL|MAIL_(FROM|SENDER)", "nobody@example.com"),
    (r"LOG_?LEVEL", "INFO"),
    (r"PASSWORD|PASSWD|PASS$|PWD", "password"),
    (r"SECRET|KEY|TOKEN|SALT|PEPPER|HASH", _HEX),
    (r"USER(NAME)?$", "user"),
    (r"ALGORITHM", "HS256"),
    (r"(DIR|DIRECTORY|FOLDER|PATH|ROOT)$", "."),
    (r"(^|_)(ENV|ENVIRONMENT|STAGE|MODE)$", "development"),
    (r"(^|_)SCHEMA$", "public"),
)
_BY_TYPE = (
    (r"\bbool\b", "false"),
    (r"\b(int|PositiveInt|NonNegativeInt|conint|float|Decimal)\b", "1"),
    (r"\bEmail", "nobody@example.com"),
    (r"\b(UUID)", "00000000-0000-0000-0000-000000000001"),
    (r"\b(timedelta)\b", "1"),
)
_STRUCTURES = (
    (r"^(typing\.)?(list|set|tuple|Sequence|List|Set|Tuple|frozenset)\b", "[]"),
    (r"^(typing\.)?(dict|Dict|Mapping|Json|json)\b", "{}"),
)


def is_of_database(asked: Asked) -> bool:
    """Whether it is part of the address of a database, which decides whether that is PostgreSQL."""
    if _SENTRY.search(asked.name):
        return False
    return bool(_DATABASE.search(asked.name)) or "Dsn" in asked.written or "sqlite" in (asked.default or "")


def is_needed(asked: Asked) -> bool:
    """Whether the code does not do without; an address of another kind of database is no address for the bot.

    A default that other places have for an address does not help the one that has none.
    """
    default = (asked.default or "").lower()
    unusable = asked.bare or default in ("", "none") or _OTHER_SQL.match(default) is not None
    return asked.needed or (is_of_database(asked) and unusable and not _OF_A_CLASS.match(asked.written))


def is_address(asked: Asked) -> bool:
    """Whether it is the whole address of a database, or says of which kind that is."""
    return is_of_database(asked) and bool(_ADDRESS.search(asked.name) or _KIND.search(asked.name))


def value_for(asked: Asked, shown: list[str], driver: str) -> str:
    """The value; `shown` is what the repository has for it, `driver` the scheme of an address of PostgreSQL's."""
    whole = bool(_ADDRESS.search(asked.name))
    fitting = [value for value in shown if fits(value, asked.written) and ("://" in value or not whole)]
    if _BOT_TOKEN.search(asked.name):
        fitting = [value for value in fitting if re.match(r"\d+:.", value)]
    if is_of_database(asked):
        fitting.sort(key=lambda value: "postgres" not in value.lower())
    return _harmless(asked, fitting[0], driver) if fitting else made_up(asked, driver)


def fits(value: str, written: str) -> bool:
    """Whether a value can be read as the type that the code asks for."""
    labels = choices.labels_of(written)
    if labels:
        return value in labels
    if re.search(r"\bbool\b", written):
        return value.lower() in {"0", "1", "true", "false", "yes", "no", "on", "off", "t", "f", "y", "n"}
    if re.search(r"\b(int|PositiveInt|NonNegativeInt|conint)\b", written):
        return re.fullmatch(r"-?\d+", value) is not None
    if any(re.search(pattern, written) for pattern, _ in _STRUCTURES):
        return value[:1] in ("[", "{")
    if re.search(r"Url\b|Dsn\b|URI\b", written):
        return "://" in value
    return True


def made_up(asked: Asked, driver: str) -> str:
    """A value by the type and, where that says nothing, by the name."""
    written = asked.written.split("[")[0] if asked.written.startswith(("Annotated", "Secret")) else asked.written
    labels = choices.labels_of(asked.written)
    if labels:
        return choices.best(labels)
    for pattern, value in (*_STRUCTURES, *_BY_TYPE):
        if re.search(pattern, written):
            return "5432" if value == "1" and asked.name.upper().endswith("PORT") else value
    if not _SENTRY.search(asked.name) and (_ADDRESS.search(asked.name) or re.search(r"Url\b|Dsn\b", asked.written)):
        return _address(asked, driver)
    if is_of_database(asked) and _KIND.search(asked.name):
        return "postgresql"
    for pattern, value in _BY_NAME:
        if re.search(pattern, asked.name, re.IGNORECASE):
            return value
    return f"{_label(asked.name)}.invalid" if _HOST.search(asked.name) else _label(asked.name)


def _address(asked: Asked, driver: str) -> str:
    name = asked.name.upper()
    other = next((scheme for word, scheme in _SCHEMES.items() if word in name or word in asked.written.upper()), "")
    if not other and is_of_database(asked):
        return f"{driver}://user:password@database.invalid:5432/database"
    return f"{other or 'https'}://{_label(asked.name)}.invalid"


def _harmless(asked: Asked, value: str, driver: str) -> str:
    """What the repository shows, with hosts that are none."""
    if is_of_database(asked) and _NO_POSTGRESQL.match(value):
        return made_up(asked, driver)
    if "://" in value:
        host = "" if is_of_database(asked) or value[0] in "[{" or "," in value else f"{_label(asked.name)}.invalid"
        return re.sub(r"(?<=://)[^/?#\s,\"'\]]+", lambda found: _without_host(found[0], host), value)
    if re.fullmatch(r"[\w.-]+:\d{2,5}(,[\w.-]+:\d{2,5})*", value):
        return ",".join(_host(part) for part in value.split(","))
    if _HOST.search(asked.name) and re.fullmatch(r"[A-Za-z][\w.-]*", value):
        return _host(value)
    return value


def _without_host(authority: str, instead: str) -> str:
    """With a host that is none; `instead` is called as the setting, so that it can be told who asks for it."""
    credentials, at, host = authority.rpartition("@")
    _, colon, port = host.partition(":")
    return credentials + at + (instead + colon + port if instead else _host(host))


def _host(text: str) -> str:
    name, colon, port = text.partition(":")
    if not name or name.endswith(".invalid"):
        return text
    return f"{_label(name.split('.')[0])}.invalid{colon}{port}"


def _label(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "host"
