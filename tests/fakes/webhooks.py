"""Payloads of GitHub's webhooks, checked against GitHub's own description of them."""

import types
import typing
from typing import Any, Literal, Union, get_args, get_origin

from githubkit_schemas.latest import webhooks
from pydantic import BaseModel

from tests.fakes.samples import filled


def model(event: str, action: str = "") -> type[BaseModel]:
    """The description of an event; raises `LookupError` for an action that GitHub does not have.

    Each is imported when it is asked for: that of pull requests takes seconds.
    """
    name = "".join(part.title() for part in event.split("_"))
    for found in _members(getattr(webhooks, f"{name}Event")):
        field = found.model_fields.get("action")
        if not action or (field is not None and action in _words(field.annotation)):
            return found
    raise LookupError(f"{event} has no action {action}")


def part(event: str, action: str, name: str, /, **given: Any) -> dict[str, Any]:
    """An object of a payload, with some fields set."""
    return filled(part_model(event, action, name), **given)


def part_model(event: str, action: str, name: str) -> type[BaseModel]:
    """The description of such an object."""
    return _members(model(event, action).model_fields[name].annotation)[0]


def payload(event: str, action: str = "", /, **given: Any) -> dict[str, Any]:
    """A payload that the description allows, with some fields set."""
    return filled(model(event, action), **({"action": action} if action else {}), **given)


def _members(annotation: Any) -> list[type[BaseModel]]:
    if get_origin(annotation) is typing.Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [found for member in get_args(annotation) for found in _members(member)]
    return [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []


def _words(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()
