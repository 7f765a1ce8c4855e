"""How the fake GitHub finds who answers a request, and by which models both are judged."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from tests.fakes.github_state import FakeGitHub, RefusalError

Answer = tuple[int, Any]
# The model of a request; where there are several, by its body.
Body = type[BaseModel] | Callable[[dict[str, Any]], type[BaseModel]] | None


@dataclass(frozen=True)
class Exchange:
    """A request, taken apart; `headers` are for its answer."""

    hub: FakeGitHub
    match: re.Match[str]
    query: dict[str, str]
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    def number(self, name: str = "n") -> int:
        return int(self.match[name])


Handler = Callable[[Exchange], Answer]


@dataclass(frozen=True)
class Route:
    verb: str
    path: re.Pattern[str]
    body: Body
    answer: type[BaseModel] | None
    handler: Handler


ROUTES: list[Route] = []
REPO = "/repos/acme/shop"
MOVED = "/repositories/4711"  # the same by its number, which does not change with its name


def route(verb: str, path: str, body: Body, answer: type[BaseModel] | None) -> Callable[[Handler], Handler]:
    """Register a handler with the models of its request and answer."""

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(verb, re.compile(path + r"\Z"), body, answer, handler))
        return handler

    return register


def writable(exchange: Exchange, scope: str) -> None:
    """Refuse what the token may not do."""
    if exchange.hub.token != "write" or scope in exchange.hub.withheld:
        raise RefusalError(403, "Resource not accessible by integration")
