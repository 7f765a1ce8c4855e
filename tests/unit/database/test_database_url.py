import pytest

from bot.database.addresses import Address
from bot.database.servers import docker, embedded, url


@pytest.mark.parametrize(
    ("spec", "plugin"),
    [
        ("embedded", embedded),
        ("docker:postgres:17", docker),
        ("postgresql://host/db", url),
        ("postgres://host/db", url),
        ("postgresql+asyncpg://host/db", url),
        ("mysql://host/db", None),
        ("docker", None),
        ("", None),
    ],
)
def test_each_spec_is_claimed_by_one_plugin(spec: str, plugin: object) -> None:
    claiming = [module for module in (docker, embedded, url) if module.claims(spec)]
    assert claiming == ([plugin] if plugin else [])


@pytest.mark.parametrize(
    ("host", "in_container", "named"),
    [("localhost", True, True), ("127.0.0.1", True, True), ("localhost", False, False), ("db", True, False)],
)
def test_localhost_in_a_container_is_explained(host: str, in_container: bool, named: bool) -> None:
    assert ("this container itself" in url.advice(host, in_container=in_container)) is named


def test_the_password_is_not_shown() -> None:
    address = Address("host", 5432, "me", "s3cret", "db")
    assert "s3cret" not in repr(address)
    assert address.hide("no entry for s3cret here") == "no entry for *** here"
