"""Extensions, tablespaces and roles that a project takes for granted: an administrator creates them in real databases.

In: the error with which building a database stopped. Out: SQL for an administrator, to try again with, or
an image of a server that has the extension.
Which extension brings what: PostgreSQL manual, "Additional Supplied Modules"; PostGIS and pgvector by their manuals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.sqltext import quote

_FUNCTIONS = {
    "uuid-ossp": r"uuid_generate_v\w+|uuid_nil|uuid_ns_\w+",
    "pgcrypto": r"gen_salt|crypt|digest|hmac|gen_random_bytes|pgp_sym_\w+|pgp_pub_\w+",
    "pg_trgm": r"similarity|word_similarity|strict_word_similarity|show_trgm",
    "unaccent": r"unaccent",
    "earthdistance": r"ll_to_earth|earth_distance|earth_box",
    "fuzzystrmatch": r"levenshtein|soundex|metaphone|dmetaphone|difference",
    "intarray": r"sort_asc|sort_desc|uniq|icount",
    "postgis": r"st_\w+",
    "timescaledb": r"create_hypertable|time_bucket|(add|remove)_(retention|compression|continuous_aggregate)_policy",
    "citus": r"create_(distributed|reference)_table",
}
_TYPES = {
    "citext": r"citext",
    "hstore": r"hstore",
    "ltree": r"ltree|lquery|ltxtquery",
    "cube": r"cube",
    "earthdistance": r"earth",
    "isn": r"isbn\d*|issn\d*|ismn\d*|ean13|upc",
    "postgis": r"geometry|geography",
    "vector": r"vector|halfvec|sparsevec",
}
_CLASSES = {
    "pg_trgm": r"gin_trgm_ops|gist_trgm_ops",
    "btree_gist": r"gist_\w+_ops",
    "btree_gin": r"\w+_ops_gin",
    "intarray": r"gin__int_ops|gist__int_ops",
    "vector": r"vector_\w+_ops|halfvec_\w+_ops",
}
_METHODS = {
    "bloom": r"bloom",
    "vector": r"hnsw|ivfflat",
    "vectorscale": r"diskann",
    "pgroonga": r"pgroonga",
    "pg_search": r"bm25",
    "rum": r"rum",
}
_PATTERNS = (
    (re.compile(r"function (?:[\w\"]+\.)?\"?(\w+)\"?\([^)]*\) does not exist", re.IGNORECASE), _FUNCTIONS),
    (re.compile(r"type \"(?:[\w]+\.)?(\w+)\" does not exist", re.IGNORECASE), _TYPES),
    (re.compile(r"operator class \"(\w+)\" does not exist", re.IGNORECASE), _CLASSES),
    (re.compile(r"access method \"(\w+)\" does not exist", re.IGNORECASE), _METHODS),
)
_NAMED = re.compile(
    r"extension \"([\w-]+)\" is not available|permission denied to create extension \"([\w-]+)\""
    r"|could not open extension control file \".*/([\w-]+)\.control\""
)
# Of extensions that PostgreSQL itself does not bring.
_IMAGES = {
    "vector": "pgvector/pgvector:pg17",
    "vectorscale": "timescale/timescaledb-ha:pg17",
    "timescaledb": "timescale/timescaledb:latest-pg17",
    "timescaledb_toolkit": "timescale/timescaledb-ha:pg17",
    "citus": "citusdata/citus:13.0",
    "age": "apache/age:release_PG17_1.6.0",
    "pg_search": "paradedb/paradedb:latest-pg17",
    "pgrouting": "pgrouting/pgrouting:17-3.5-3.7",
}
# What only a superuser may make, and what does nothing but calculate: made before any of the project's code runs.
_HARMLESS = {"vector"}
_POSTGIS = "postgis/postgis:17-3.5"
_NO_GIST = re.compile(r"has no default operator class for access method \"(gist|gin)\"")
_ROLE = re.compile(
    r"role \"([^\"]+)\" does not exist"
    r"|permission denied to create role[\s\S]*?\bCREATE\s+(?:ROLE|USER)\s+(?:IF\s+NOT\s+EXISTS\s+)?\"?(\w+)",
    re.IGNORECASE,
)
_NO_RIGHTS = re.compile(r"permission denied for (?:schema public|database)")
_TABLESPACE = re.compile(r"tablespace \"([^\"]+)\" does not exist")


@dataclass(frozen=True)
class Remedy:
    """An extension, a tablespace, a role, or a role's `rights` to make objects, that is missing."""

    kind: str
    name: str

    @property
    def sql(self) -> str:
        """For `--setup`, or for the bot itself."""
        if self.kind == "rights":
            return f"GRANT USAGE, CREATE ON SCHEMA public TO {quote.name(self.name)}"
        return f'CREATE EXTENSION IF NOT EXISTS "{self.name}" CASCADE'

    @property
    def is_harmless(self) -> bool:
        """Whether the bot may have it made, on a server of its own, without being asked."""
        return self.kind == "extension" and self.name in _HARMLESS

    @property
    def image(self) -> str:
        """One that has an extension which PostgreSQL itself does not bring; empty where none is known."""
        return _POSTGIS if self.name.startswith("postgis") else _IMAGES.get(self.name, "")

    @property
    def advice(self) -> str:
        """For a server that does not have it."""
        return (
            f"Take a server that has it: --database docker:{self.image}."
            if self.image
            else "Take a server that has it: --database docker:IMAGE, or the URL of a server of your own."
        )

    @property
    def note(self) -> str:
        if self.kind == "tablespace":
            return f"made the tablespace {self.name}, which an administrator has to make elsewhere"
        if self.kind == "rights":
            return f"let the role {self.name} make objects, as an administrator does elsewhere"
        if self.kind == "role":
            return f"made the role {self.name}, without any rights: an administrator makes it elsewhere"
        return f"created the extension {self.name}, which the models need: an administrator does so elsewhere"


def rights(message: str, roles: Sequence[str]) -> Remedy | None:
    """What the last of the roles that were made lacks, where SET ROLE acts as it."""
    return Remedy("rights", roles[-1]) if roles and _NO_RIGHTS.search(message) else None


def unavailable(message: str) -> Remedy | None:
    """The extension that the server says it does not have."""
    named = _NAMED.search(message)
    return Remedy("extension", named[1] or named[2] or named[3]) if named and "permission" not in named[0] else None


def find(message: str) -> Remedy | None:
    """What is missing, if it is known."""
    tablespace = _TABLESPACE.search(message)
    if tablespace:
        return Remedy("tablespace", tablespace[1])
    role = _ROLE.search(message)
    if role:
        return Remedy("role", role[1] or role[2])
    named = _NAMED.search(message)
    if named:
        return Remedy("extension", named[1] or named[2] or named[3])
    method = _NO_GIST.search(message)
    if method:
        return Remedy("extension", f"btree_{method[1]}")
    for pattern, known in _PATTERNS:
        match = pattern.search(message)
        for extension, names in known.items() if match else ():
            if match and re.fullmatch(names, match[1], re.IGNORECASE):
                return Remedy("extension", extension)
    return None
