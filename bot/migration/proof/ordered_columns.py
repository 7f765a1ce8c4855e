"""The columns that an author's migration orders rows by. The text is data, never run.

In: the source of revision files. Out: names, some of which are no columns.
"""

import re
from collections.abc import Iterable

from bot.migration.proof.statement_literals import LARGEST

_ORDERED = re.compile(r"\border[\s_]+by\b([^;)]{1,300})", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d]\w*")


def read(sources: Iterable[str]) -> frozenset[str]:
    """The words that follow ORDER BY, or stand in a call of order_by."""
    texts = (source.replace("\\n", "\n") for source in sources if len(source) <= LARGEST)
    return frozenset(name for text in texts for part in _ORDERED.findall(text) for name in _NAME.findall(part.lower()))
