from typing import Any

import pytest

from bot.database.servers.docker import reach

JOINED = {"Networks": {"job": {"IPAddress": "172.18.0.3"}}, "Ports": {}}
PUBLISHED = {"Networks": {}, "Ports": {"5432/tcp": [{"HostIp": "127.0.0.1", "HostPort": "49153"}]}}


@pytest.mark.parametrize(
    ("settings", "network", "expected"),
    [
        (JOINED, "job", ("172.18.0.3", 5432)),
        (JOINED, "other", ("", 5432)),
        (PUBLISHED, None, ("127.0.0.1", 49153)),
        ({"Ports": {"5432/tcp": None}}, None, ("", 0)),
        ({"Ports": None}, None, ("", 0)),
    ],
)
def test_a_container_is_reached_by_its_network_or_its_port(
    settings: dict[str, Any], network: str | None, expected: tuple[str, int]
) -> None:
    assert reach(settings, network) == expected
