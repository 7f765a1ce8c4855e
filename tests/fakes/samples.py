"""The smallest object that GitHub's own description of an answer allows, with some fields set."""

import types
import typing
from datetime import UTC, datetime
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AnyUrl, BaseModel

_PLAIN: dict[Any, Any] = {
    str: "text",
    int: 1,
    float: 1.0,
    bool: False,
    datetime: datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
    Any: {},
    AnyUrl: "https://example.org/",
}


def filled(model: type[BaseModel], **given: Any) -> dict[str, Any]:
    """A JSON object for `model`: required fields get any value, `given` ones theirs. It is valid or an error."""
    found = {
        field.alias or name: _value(field.annotation)
        for name, field in model.model_fields.items()
        if field.is_required() and (field.alias or name) not in given
    }
    made = {**found, **given}
    model.model_validate(made)
    return made


def _value(annotation: Any) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return _value(arguments[0])
    if origin is Literal:
        return arguments[0]
    if origin in (Union, types.UnionType):
        return None if type(None) in arguments else _value(arguments[0])
    if origin in (list, set, tuple):
        return []
    if origin is dict:
        return {}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return filled(annotation)
    return _PLAIN.get(annotation, "text")
