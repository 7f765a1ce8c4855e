"""Which errors are those of rows, and not of the migration itself."""

import pytest

from bot.migration.proof.violations import is_data_error
from bot.model import StepError


@pytest.mark.parametrize(
    ("message", "of_rows"),
    [
        ("DataException: range lower bound must be less than or equal to range upper bound", True),
        ("CheckViolation: check constraint is violated by some row", True),
        ("UndefinedColumn: column does not exist", False),
        ("RaiseException: not today", False),
    ],
)
def test_errors_that_empty_tables_would_not_raise(message: str, of_rows: bool) -> None:
    assert is_data_error(StepError(type="database", message=message, log_tail="")) is of_rows
