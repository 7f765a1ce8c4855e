"""The parameters of a statement that met no rows, so that the bot can make rows for it.

In: what a driver gets beside a statement. Out: plain values, by name or in their order, of some sets of parameters.
"""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Dict, List, Union
from uuid import UUID

Values = Union[Dict[str, Any], List[Any]]

MOST_SETS = 12  # of one statement
MOST_VALUES = 20  # of one set
LONGEST = 200  # characters of a value
_AS_TEXT = (date, time, timedelta, Decimal, UUID)  # moments are dates


def listed(parameters: Any) -> List[Values]:
    """The sets of parameters; one that has too many values is left out."""
    several = isinstance(parameters, (list, tuple)) and all(isinstance(one, (dict, list, tuple)) for one in parameters)
    sets = list(parameters)[:MOST_SETS] if several else [parameters]
    return [_plain(one) for one in sets if isinstance(one, (dict, list, tuple)) and 0 < len(one) <= MOST_VALUES]


def _plain(values: Any) -> Values:
    if isinstance(values, dict):
        return {str(name)[:LONGEST]: _value(value) for name, value in values.items()}
    return [_value(value) for value in values]


def _value(value: Any) -> Any:
    """None for what is NULL, or no plain value."""
    if isinstance(value, (bool, float)) or (isinstance(value, int) and abs(value) < 2**63):
        return str(value)
    if isinstance(value, str):
        return str(value) if len(value) <= LONGEST else None
    return str(value) if isinstance(value, _AS_TEXT) else None
