"""What belongs to a database but is not copied with it: its settings.

In: a template and its copy. Out: `ALTER DATABASE … SET` for the copy. The values may come from
hostile code and are set by a superuser: every part of them is quoted again.
"""

import re

from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.sql import SQL, Composable, Identifier, Literal

# Lists of names, stored as written: quoted as a whole they would become one long name.
LISTS = {"search_path", "session_preload_libraries", "local_preload_libraries", "temp_tablespaces"}
NAME = re.compile(r'"((?:[^"]|"")*)"|([^",\s]+)')


def copy_settings(connection: Connection, source: str, copy: str) -> None:
    """Give `copy` the settings that `source` has for all roles. Raises `psycopg2.Error`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unnest(setconfig) FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase"
            " WHERE setrole = 0 AND datname = %s",
            (source,),
        )
        for (line,) in cursor.fetchall():
            setting, _, value = line.partition("=")
            cursor.execute(
                SQL("ALTER DATABASE {} SET {} TO {}").format(
                    Identifier(copy),
                    SQL(".").join(map(Identifier, setting.split("."))),
                    _literal(setting, value),
                )
            )


def names_of(value: str) -> list[str]:
    """The names in a stored list: `"$user", Public` is `$user` and `public`."""
    return [
        quoted.replace('""', '"') if quoted or not plain else plain.lower() for quoted, plain in NAME.findall(value)
    ]


def _literal(setting: str, value: str) -> Composable:
    if setting in LISTS:
        return SQL(", ").join(map(Literal, names_of(value) or [""]))
    return Literal(value)
