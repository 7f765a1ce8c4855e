"""What the bot's own sessions depend on, whatever is set for a database or a role.

The bot reads as an administrator where hostile code has written. In: the server's version. Out: server settings for the
startup packet, where they win over `ALTER DATABASE … SET` and `ALTER ROLE … SET`. Only the system's schema is on the
path, and temporary objects come last: no function, operator, type or table of the project's can stand in for one of the
system's. Nothing is waited for without end.
"""

_PINNED = {
    "search_path": "pg_catalog,pg_temp",
    "role": "none",
    "local_preload_libraries": "",
    "client_encoding": "UTF8",
    "datestyle": "ISO,MDY",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    "quote_all_identifiers": "off",
    "constraint_exclusion": "partition",
    "default_transaction_read_only": "off",
    "default_transaction_deferrable": "off",
    "default_transaction_isolation": "read\\ committed",
    "idle_in_transaction_session_timeout": "0",
    "exit_on_error": "off",
    "row_security": "off",
    "statement_timeout": "300s",
    "lock_timeout": "10s",
}
_SINCE = {14: {"idle_session_timeout": "0"}, 17: {"transaction_timeout": "0"}}
READ_ONLY = "-c default_transaction_read_only=on"
# For the reader, whose planner runs or inlines functions of index expressions: the system's schema is still the first.
# What is set for the database may have changed since the session began.
PROJECTS_PATH = """
SELECT pg_catalog.set_config('search_path', pg_catalog.concat('pg_catalog, ', coalesce((
    SELECT pg_catalog.substr(line, 13)
    FROM pg_catalog.pg_db_role_setting s, pg_catalog.pg_database d, pg_catalog.unnest(s.setconfig) AS line
    WHERE d.oid OPERATOR(pg_catalog.=) s.setdatabase AND s.setrole OPERATOR(pg_catalog.=) 0::pg_catalog.oid
      AND d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
      AND pg_catalog.starts_with(line, 'search_path=')
), '"$user", public'), ', pg_temp'), false)
"""
LONG = "-c lock_timeout=60s -c statement_timeout=900s"  # copying a database may take that long


def _words(settings: dict[str, str]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


PINNED = _words(_PINNED)
# Of sessions with the project's rights: its own expressions go by its own path, but not without end.
BOUNDED = _words({name: _PINNED[name] for name in ("client_encoding", "statement_timeout", "lock_timeout")})


def since(major: int) -> str:
    """Settings that a server of this major version has besides."""
    return " ".join(_words(settings) for version, settings in _SINCE.items() if version <= major)
