"""Extensions that a database lacks, by the server's own words, and images of servers that have them."""

import pytest

from bot.database import missing_extensions
from tests.support.troubleshooting import appears


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ('extension "timescaledb" is not available', "timescaledb"),
        ('could not open extension control file "/usr/share/postgresql/15/extension/vector.control"', "vector"),
        ('permission denied to create extension "postgis_topology"', "postgis_topology"),
        ('type "geometry" does not exist', "postgis"),
        ('type "ext.hstore" does not exist', "hstore"),
        ("function uuid_generate_v4() does not exist", "uuid-ossp"),
        ('data type integer has no default operator class for access method "gist"', "btree_gist"),
        ('access method "pgroonga" does not exist', "pgroonga"),
        ('access method "hnsw" does not exist', "vector"),
    ],
)
def test_which_extension_is_missing(message: str, name: str) -> None:
    remedy = missing_extensions.find(f"UndefinedObject: {message}\nSQL: …")
    assert remedy is not None
    assert (remedy.kind, remedy.name) == ("extension", name)


@pytest.mark.parametrize(
    "message",
    [
        'role "reader" does not exist\nSQL: GRANT SELECT ON a TO reader',
        "permission denied to create role\nDETAIL:  No\nSQL: DO $$ BEGIN IF x THEN CREATE ROLE reader; END IF; END $$",
        'permission denied to create role\nSQL: CREATE USER "reader" LOGIN',
    ],
)
def test_which_role_is_missing(message: str) -> None:
    remedy = missing_extensions.find(f"UndefinedObject: {message}")
    assert remedy is not None
    assert (remedy.kind, remedy.name) == ("role", "reader")
    appears("made the role …", remedy.note)


def test_what_the_project_lacks_is_no_extension() -> None:
    assert missing_extensions.find("function gen_ulid() does not exist") is None
    assert missing_extensions.unavailable('permission denied to create extension "vector"') is None


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("vector", "docker:pgvector/pgvector:pg17"),
        ("postgis", "docker:postgis/postgis:17-3.5"),
        ("postgis_raster", "docker:postgis/postgis:17-3.5"),
        ("timescaledb", "docker:timescale/timescaledb:latest-pg17"),
        ("of_the_house", "docker:IMAGE"),
    ],
)
def test_an_image_that_has_it_is_named(name: str, image: str) -> None:
    remedy = missing_extensions.unavailable(f'extension "{name}" is not available')
    assert remedy is not None
    assert f"--database {image}" in remedy.advice
