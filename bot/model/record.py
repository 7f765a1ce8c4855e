"""What every part of a report is made of: frozen data without unknown fields, and numbers within limits."""

from typing import Annotated

import msgspec

# A line of a file, or a count; GitHub knows none that are larger.
Number = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
Rowcount = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]  # of a table in production


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all parts of a report."""
